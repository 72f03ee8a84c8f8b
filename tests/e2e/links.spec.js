// From a hop to the line that decided, also while the text around it changes.

import { expect, test } from "./fixtures.js";
import { editor, openFile, running, walk } from "./shop.js";

const here = (page) => page.locator(".cm-activeLine");
const link = (page) => page.locator(".bead.open .line-link").first();

/** Types lines above everything in policies.yaml. */
async function typeAbove(page) {
  await openFile(page, "policies.yaml");
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# one\n# two\n# three\n");
}

test("a hop's line is gone to, in whatever file is open", async ({ page }) => {
  await running(page);
  await page.getByRole("button", { name: "Show me why" }).click();
  await expect(here(page)).toHaveText(/- podSelector:$/);
  await expect(here(page)).toBeInViewport();
  await openFile(page, "shop.yaml");
  await link(page).click();
  await expect(page.getByRole("tab", { name: "policies.yaml" })).toHaveAttribute("aria-selected", "true");
  await expect(here(page)).toHaveText(/- podSelector:$/);
  await expect(here(page)).toBeInViewport();
  await expect(page.locator("svg.v-silent").and(page.locator(".cm-gutters svg"))).toBeVisible();
});

test("lines typed above leave a walk's links right", async ({ page }) => {
  await running(page);
  await page.getByRole("button", { name: "Show me why" }).click();
  await expect(link(page)).toHaveText("policies.yaml:14");
  await typeAbove(page);
  await expect(link(page)).toHaveText("policies.yaml:17");
  await link(page).click();
  await expect(here(page)).toHaveText(/- podSelector:$/);
});

test("lines typed above leave the links of a flow's walk right", async ({ page }) => {
  await running(page);
  await page.getByRole("tab", { name: /^Flows/ }).click();
  await page.locator("tr.row", { hasText: "Dropped" }).first().click();
  await expect(link(page)).toHaveText("policies.yaml:14");
  await typeAbove(page);
  await link(page).click();
  await expect(here(page)).toHaveText(/- podSelector:$/);
});

test("what is typed while a walk is on show leaves the caret where it is", async ({ page }) => {
  await running(page);
  await walk(page, "web", "db", "5432");
  await openFile(page, "shop.yaml");
  await page.locator(".cm-line", { hasText: "value: http://api:80" }).click();
  await page.keyboard.press("End");
  await page.keyboard.type("/v2");
  await expect(page.locator(".status-line")).toContainText("applied");
  await expect(page.locator(".headline")).toHaveText("Dropped");
  await expect(page.getByRole("tab", { name: "shop.yaml" })).toHaveAttribute("aria-selected", "true");
  await expect(here(page)).toHaveText(/http:\/\/api:80\/v2$/);
});
