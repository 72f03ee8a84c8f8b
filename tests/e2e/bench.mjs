// How fast the page is, in Chromium, each figure beside its bar: a first visit, a paste, a keystroke, and staying smooth.

import { chromium } from "@playwright/test";
import { launch, site } from "./chromium.js";
import { boutique } from "./corpus.js";
import { longTasks, pastes, types } from "./feel.js";

const LOADS = 5;
const PASTES = 3;
const KEYSTROKES = 20;
const CALM_MS = 10_000;

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
    return { load: navigation.loadEventEnd, paint: paint?.startTime ?? NaN, bytes };
  });
  await context.close();
  return measured;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

const rows = {};
/** A row of the table; without a bar the figure is only told. */
function tell(name, figure, bar) {
  const measured = Math.round(figure);
  rows[name] = { measured, bar: bar ?? "–", "": bar === undefined ? "" : measured <= bar ? "ok" : "OVER" };
}

const browser = await chromium.launch(launch);
for (const [slowdown, note] of [[1, ""], [4, ", processor ÷ 4"]]) {
  const loads = [];
  for (let count = 0; count < LOADS; count += 1) loads.push(await load(browser, slowdown));
  const of = (name) => median(loads.map((measured) => measured[name]));
  tell(`first contentful paint, ms${note}`, of("paint"), 400);
  tell(`load, ms${note}`, of("load"));
  if (slowdown === 1) tell("transferred, kB", of("bytes") / 1000);
}
const app = boutique();
if (app) {
  const pasted = await pastes(browser, app, PASTES);
  tell("Online Boutique: paste → all 12 workloads ready, ms", median(pasted.map(({ ready }) => ready)), 1000);
  tell("Online Boutique: paste → its first connection, ms", median(pasted.map(({ running }) => running)), 1000);
  const keys = await types(browser, app, KEYSTROKES);
  tell(`Online Boutique: keystroke → picture, ms, median of ${keys.length}`, median(keys), 50);
  tell("Online Boutique: keystroke → picture, ms, worst", Math.max(...keys), 50);
}
const tasks = await longTasks(browser, CALM_MS);
tell("corner shop, 10 s: long tasks", tasks.length, 0);
tell("corner shop, 10 s: longest task, ms", Math.max(0, ...tasks), 50);
await browser.close();
console.table(rows);
