// A reload brings back what was there.

import { expect, test } from "./fixtures.js";
import { editor, openFile, retype, running } from "./shop.js";

test("text, the open file, theme and speed survive a reload", async ({ page }) => {
  await running(page);
  await openFile(page, "policies.yaml");
  await retype(page, "# é 😀 kept\n");
  await page.locator("#picture").press("f");
  await page.getByRole("button", { name: /^Theme: as the system/ }).click();
  await page.reload();
  await expect(page.getByRole("tab", { name: "policies.yaml" })).toHaveAttribute("aria-selected", "true");
  await expect(editor(page)).toHaveText("# é 😀 kept");
  await expect(page.locator(".speed-value")).toHaveText("2×");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(page.getByRole("button", { name: /^Corner shop \(edited\)/ })).toBeVisible();
});

test("a work that another replaces waits under its own name", async ({ page }) => {
  await running(page);
  await openFile(page, "policies.yaml");
  await retype(page, "# mine\n");
  await page.getByRole("button", { name: /^Corner shop/ }).click();
  await page.getByText("The article").click();
  await expect(page.getByRole("tab", { name: "policy.txt" })).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: /^The article/ }).click();
  await page.getByRole("menuitem", { name: /Corner shop \(edited\)/ }).click();
  await openFile(page, "policies.yaml");
  await expect(editor(page)).toHaveText("# mine");
});
