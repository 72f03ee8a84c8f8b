// Lets a watched module play the first scenario and fetches its notes: node notes.mjs BASE COUNT FILE.
// FILE gets a byte for each segment of the module, 1 for those that ran in the page or its worker.

import { writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { launch, site } from "../../tests/e2e/chromium.js";

const [base, count, file] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
// Long enough for pods, traffic and the editor to be there.
const WATCHED_MS = 4000;

async function notes([base, count]) {
  const { wasm } = await import(new URL("boot.js", globalThis.document?.baseURI ?? location.href));
  return Array.from(new Uint8Array(wasm.memory.buffer, base, count));
}

const browser = await chromium.launch(launch);
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const started = page.waitForEvent("worker");
await page.goto(site);
const worker = await started;
await page.getByText("gets no answer").first().waitFor();
// What a pointer finds on its way belongs to it.
for (const [x, y] of [[700, 300], [900, 420], [1200, 300], [200, 300], [720, 780], [700, 500]]) await page.mouse.move(x, y, { steps: 8 });
await page.waitForTimeout(WATCHED_MS);
const [here, there] = [await page.evaluate(notes, [base, count]), await worker.evaluate(notes, [base, count])];
await browser.close();
writeFileSync(file, Uint8Array.from(here, (ran, at) => ran | there[at]));
