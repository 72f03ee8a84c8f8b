// The half of the module that comes later: who asks for something of it before it is there does not notice.

import { expect, test } from "./fixtures.js";
import { running } from "./shop.js";

test("what is asked before the second half is there fetches it", async ({ page }) => {
  // The fetch in the background never ends; the one on the spot does.
  const background = (route) => route.request().resourceType() === "fetch";
  await page.route(/podyard-app_later\.wasm$/, (route) => (background(route) ? undefined : route.continue()));
  await running(page);
  await page.getByRole("button", { name: "Show me why" }).click();
  await expect(page.locator(".inspector")).toContainText("policies.yaml:14");
});
