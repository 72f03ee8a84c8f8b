// The half of the module that comes later: the first scenario does without it, and a call that needs it fetches it.

import { expect, test } from "./fixtures.js";
import { running } from "./shop.js";

const LATER = /podyard-app_later\.wasm$/;

test("the first scenario runs without the second half", async ({ page, faults }) => {
  await page.route(LATER, (route) => route.abort());
  await running(page);
  await expect(page.getByText("1 connection gets no answer:")).toBeVisible();
  expect(faults.every((fault) => /ERR_FAILED|net::/.test(fault)), faults.join("\n")).toBe(true);
  faults.length = 0;
});

test("what is asked before the second half is there fetches it", async ({ page }) => {
  // The background fetch never ends; the one on the spot does.
  await page.route(LATER, (route) => (route.request().resourceType() === "fetch" ? undefined : route.continue()));
  await running(page);
  await page.getByRole("button", { name: "Show me why" }).click();
  await expect(page.locator(".inspector")).toContainText("policies.yaml:14");
});
