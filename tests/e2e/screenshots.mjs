// Pictures the page at three sizes, light and dark, into target/screenshots/.

import { chromium } from "@playwright/test";
import { launch, site } from "./chromium.js";

const SIZES = [
  [1440, 900],
  [1024, 768],
  [390, 844],
];
// So long after loading, the opening scenario runs.
const SETTLED_MS = 3000;

const browser = await chromium.launch(launch);
for (const [width, height] of SIZES) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    await page.goto(site, { waitUntil: "networkidle" });
    await page.waitForTimeout(SETTLED_MS);
    const path = `target/screenshots/${width}x${height}-${colorScheme}.png`;
    await page.screenshot({ path });
    console.log(path);
    await context.close();
  }
}
await browser.close();
