// Lets a watched module play the first scenario and fetches its notes: node notes.mjs BASE COUNT FILE.
// FILE gets a byte for each segment of the module, 1 for those that ran in the page or its worker.

import { writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { launch, site } from "../../tests/e2e/chromium.js";

const [base, count, file] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
// Long enough for pods, traffic and the editor to be there.
const WATCHED_MS = 8000;

async function notes([base, count]) {
  const { wasm } = await import(new URL("boot.js", globalThis.document?.baseURI ?? location.href));
  return Array.from(new Uint8Array(wasm.memory.buffer, base, count));
}

// A desktop, a busy one, a phone.
const VISITORS = [
  { viewport: { width: 1440, height: 900 }, slowdown: 1 },
  { viewport: { width: 1440, height: 900 }, slowdown: 6, colorScheme: "dark" },
  { viewport: { width: 390, height: 844 }, slowdown: 1, hasTouch: true },
];

/** The notes that one visitor leaves, by the page and by its worker. */
async function visit(browser, { slowdown, ...visitor }) {
  const context = await browser.newContext(visitor);
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  const started = page.waitForEvent("worker");
  await page.goto(site);
  const worker = await started;
  await page.getByText("gets no answer").first().waitFor();
  // What a pointer finds on its way belongs to it.
  for (const [x, y] of [[0.5, 0.3], [0.6, 0.5], [0.85, 0.3], [0.15, 0.3], [0.5, 0.87], [0.5, 0.55]]) {
    await page.mouse.move(x * visitor.viewport.width, y * visitor.viewport.height, { steps: 8 });
  }
  await page.waitForTimeout(WATCHED_MS);
  const found = [await page.evaluate(notes, [base, count]), await worker.evaluate(notes, [base, count])];
  await context.close();
  return found;
}

const browser = await chromium.launch(launch);
const ran = new Uint8Array(count);
for (const visitor of VISITORS) {
  for (const found of await visit(browser, visitor)) found.forEach((note, at) => (ran[at] |= note));
}
await browser.close();
writeFileSync(file, ran);
