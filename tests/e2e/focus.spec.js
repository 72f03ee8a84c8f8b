// What holds the focus, or is being done, may go away at any moment: the page goes on, and no error is thrown.

import { expect, test } from "./fixtures.js";
import { goesOn, openFile, running } from "./shop.js";

test("a field of the form that tries a connection", async ({ page }) => {
  await running(page);
  await page.keyboard.press("c");
  const to = page.getByRole("combobox", { name: /^To/ });
  await to.fill("db");
  // From a field, Escape leaves its list; the walk that W asks for takes the form's place.
  await page.getByRole("button", { name: "Show me why" }).evaluate((button) => button.click());
  await expect(to).toBeHidden();
  await expect(page.locator(".hop-count")).toBeVisible();
  await page.locator("body").press("Space");
  await goesOn(page);
});

test("a row of the flows, when the drawer closes", async ({ page }) => {
  await running(page);
  await page.keyboard.press("1");
  const row = page.locator("table[aria-label=Flows] tr.row").first();
  await row.focus();
  await page.keyboard.press("1");
  await expect(row).toBeHidden();
  await page.keyboard.press("1");
  await row.hover();
  await page.keyboard.press("2");
  await expect(page.locator("table.matrix")).toBeVisible();
  await page.locator("table.matrix button.cell").first().focus();
  await page.keyboard.press("5");
  await expect(page.locator(".problems")).toBeVisible();
  await goesOn(page);
});

test("a notice that is closed, and one whose act is done", async ({ page }) => {
  await running(page);
  await openFile(page, "policies.yaml");
  await page.getByRole("button", { name: "Remove this file" }).click();
  const notice = page.locator(".toast", { hasText: "policies.yaml removed." });
  await notice.getByRole("button", { name: "Undo" }).click();
  await expect(notice).toBeHidden();
  await expect(page.getByRole("tab", { name: "policies.yaml" })).toBeVisible();
  await page.getByRole("button", { name: "Remove this file" }).click();
  await notice.getByRole("button", { name: "Close" }).press("Enter");
  await expect(notice).toBeHidden();
  await goesOn(page);
});

test("a name that is being changed, while another file is chosen", async ({ page }) => {
  await running(page);
  await openFile(page, "policies.yaml");
  await page.getByRole("button", { name: "Rename this file" }).click();
  const field = page.getByRole("textbox", { name: "New name of this file" });
  await field.fill("mine.yaml");
  await field.press("Enter");
  await expect(page.getByRole("tab", { name: "mine.yaml" })).toBeVisible();
  await page.getByRole("button", { name: "Rename this file" }).click();
  await field.press("Escape");
  await page.getByRole("button", { name: "Rename this file" }).click();
  await page.getByRole("button", { name: "Remove this file" }).click();
  await expect(field).toBeHidden();
  await goesOn(page);
});

test("a menu, when one of its items opens another work", async ({ page }) => {
  await running(page);
  await page.getByRole("button", { name: /^Corner shop/ }).press("Enter");
  await page.getByRole("menuitem", { name: /Start empty/ }).press("Enter");
  await expect(page.locator(".cluster-empty")).toBeVisible();
  await page.getByRole("button", { name: /^Your work/ }).click();
  await page.getByRole("menuitem", { name: /Corner shop/ }).first().click();
  await goesOn(page, 0);
});
