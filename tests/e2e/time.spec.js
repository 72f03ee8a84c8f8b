// Time is the user's: it stops, steps, and goes at their speed. And the table of what happened.

import { expect, test } from "./fixtures.js";
import { clock, count, goesOn, running, stands } from "./shop.js";

const note = (page) => page.locator(".clock-note");

test("Space stops it, a step goes on to the next event, Space plays again", async ({ page }) => {
  await running(page);
  await page.keyboard.press("Space");
  await expect(note(page)).toHaveText("paused");
  await expect(page.getByRole("button", { name: "Play (Space)" })).toBeVisible();
  const before = await stands(page);
  await page.keyboard.press(".");
  await expect.poll(() => clock(page)).toBeGreaterThan(before);
  const stepped = await stands(page);
  await page.getByRole("button", { name: /^Step/ }).click();
  await expect.poll(() => clock(page)).toBeGreaterThan(stepped);
  await page.keyboard.press("Escape");
  await page.locator("#picture").focus();
  await page.keyboard.press("Space");
  await expect(note(page)).toHaveText("");
  await goesOn(page);
});

test("slower and faster: the clock goes by it", async ({ page }) => {
  await running(page);
  const speed = page.locator(".speed-value");
  await expect(speed).toHaveText("1×");
  for (const shown of ["0.5×", "0.25×", "0.1×"]) {
    await page.keyboard.press("s");
    await expect(speed).toHaveText(shown);
  }
  const rate = async () => {
    const [from, start] = [await clock(page), Date.now()];
    await expect.poll(() => Date.now() - start).toBeGreaterThan(1000);
    return ((await clock(page)) - from) / (Date.now() - start);
  };
  expect(await rate()).toBeLessThan(0.2);
  for (let press = 0; press < 5; press += 1) await page.keyboard.press("f");
  await expect(speed).toHaveText("5×");
  expect(await rate()).toBeGreaterThan(2);
});

test("flows have a verdict and a reason with its line; Enter walks, the legend filters", async ({ page }) => {
  await running(page);
  await page.keyboard.press("1");
  const rows = page.locator("table[aria-label=Flows] tr.row");
  const dropped = rows.filter({ hasText: "Dropped" }).first();
  await expect(dropped).toContainText("reports");
  await expect(dropped.locator(".line-link")).toHaveText("policies.yaml:14");
  await expect(rows.filter({ hasText: "Forwarded" }).first()).toContainText("api");
  await page.locator(".legend-row", { hasText: "Dropped" }).click();
  await expect(rows.filter({ hasText: "Forwarded" })).toHaveCount(0);
  await expect(rows.first()).toContainText("Dropped");
  await rows.first().focus();
  const held = await rows.first().innerText();
  const seen = await count(page);
  await expect.poll(() => count(page)).toBeGreaterThan(seen);
  expect(await rows.first().innerText()).toBe(held);
  await page.keyboard.press("Enter");
  await expect(page.locator(".inspector")).toContainText("db-only-api selects db-0");
});
