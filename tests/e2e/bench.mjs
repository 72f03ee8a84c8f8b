// What a first visit costs, in Chromium: the median of several cold loads, unthrottled and on a four times slower processor.

import { chromium } from "@playwright/test";
import { launch, site } from "./chromium.js";

const LOADS = 5;

/** One cold load: milliseconds, and bytes as sent by a server that does not compress. */
async function load(browser, slowdown) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  const worker = page.waitForEvent("worker");
  await page.goto(site, { waitUntil: "networkidle" });
  await worker;
  const measured = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const files = performance.getEntriesByType("resource");
    const bytes = [navigation, ...files].reduce((sum, entry) => sum + entry.transferSize, 0);
    return { "load ms": navigation.loadEventEnd, "first contentful paint ms": paint?.startTime ?? NaN, "transferred kB": bytes / 1000 };
  });
  await context.close();
  return measured;
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

const browser = await chromium.launch(launch);
const rows = {};
for (const slowdown of [1, 4]) {
  const loads = [];
  for (let count = 0; count < LOADS; count += 1) loads.push(await load(browser, slowdown));
  for (const name of Object.keys(loads[0])) {
    rows[name] ??= {};
    rows[name][`processor ÷ ${slowdown}`] = Math.round(median(loads.map((measured) => measured[name])));
  }
}
await browser.close();
console.table(rows);
