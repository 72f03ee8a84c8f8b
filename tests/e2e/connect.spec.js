// Trying a connection: by drawing it from one pod to another, and the same without a pointer.

import { expect, test } from "./fixtures.js";
import { pod, running } from "./shop.js";

async function middle(locator) {
  const { x, y, width, height } = await locator.boundingBox();
  return [x + width / 2, y + height / 2];
}

/** Takes a pod by its handle and goes to another, without letting go. */
async function drag(page, from, to) {
  await page.mouse.move(...(await middle(pod(page, from))));
  await page.mouse.move(...(await middle(page.locator(".picture .handle .grip"))));
  await page.mouse.down();
  await page.mouse.move(...(await middle(pod(page, to))), { steps: 5 });
}

for (const [from, to, verdict, because] of [
  ["shop/web", "shop/api", "Forwarded", "reaches api"],
  ["shop/web", "shop/db-0", "Dropped", "db-only-api selects db-0 and isolates it for ingress"],
]) {
  test(`drawn from ${from} to ${to}: ${verdict}`, async ({ page }) => {
    await running(page);
    await drag(page, from, to);
    const targets = page.locator(".picture .target");
    await expect(targets.filter({ hasText: "Dropped" }).first()).toBeVisible();
    await expect(targets.filter({ hasText: "Forwarded" }).first()).toBeVisible();
    await page.mouse.up();
    await expect(targets).toHaveCount(0);
    const inspector = page.locator(".inspector");
    await expect(inspector.locator(".headline")).toHaveText(verdict);
    await expect(inspector).toContainText(because);
    await expect(inspector.locator(".hop-count")).toContainText("Hop ");
    await expect(page.locator(".clock-note")).toHaveText("paused");
  });
}

test("let go over nothing, or left by Escape, a drawn connection is none", async ({ page }) => {
  await running(page);
  await drag(page, "shop/web", "shop/api");
  const { x, y, height } = await page.locator("#picture").boundingBox();
  await page.mouse.move(x + 4, y + height - 4);
  await page.mouse.up();
  await expect(page.locator(".picture .target")).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Cluster" })).toBeVisible();
});

test("without a pointer: arrows to a pod, C, the other pod's name, Enter", async ({ page }) => {
  await running(page);
  await page.keyboard.press("p");
  const picture = page.locator("#picture");
  await expect(picture).toBeFocused();
  const onto = async (id) => expect(picture).toHaveAttribute("aria-activedescendant", id, { timeout: 400 });
  await expect(async () => {
    await page.keyboard.press("ArrowRight");
    await onto(/^outline-pod:Pod\/shop\/web/);
  }).toPass();
  await page.keyboard.press("Enter");
  await expect(page.locator(".inspector")).toContainText("Pod in shop");
  await page.keyboard.press("c");
  const to = page.getByRole("combobox", { name: /^To/ });
  await expect(to).toBeFocused();
  await page.keyboard.type("statefulset");
  await expect(page.getByRole("option", { name: /^Dropped db:5432/ })).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("shop/db-0");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect(page.locator(".walk-ends")).toHaveText("web → db-0:5432");
  await expect(page.locator(".headline")).toHaveText("Dropped");
});
