// `test`, whose page must stay clean: no console errors, no broken policy, no failed requests, no foreign hosts.

import AxeBuilder from "@axe-core/playwright";
import { expect, test as base } from "@playwright/test";

export { expect };

export const test = base.extend({
  /** What the page did wrong; a test that provokes something may empty it. */
  faults: [
    async ({ context, baseURL }, use) => {
      const faults = [];
      context.on("console", (message) => {
        if (message.type() === "error") faults.push(`console: ${message.text()}`);
      });
      context.on("weberror", (error) => faults.push(`uncaught: ${error.error()}`));
      context.on("response", (response) => {
        if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
      });
      context.on("request", (request) => {
        const url = new URL(request.url());
        if (/^(https?|wss?):$/.test(url.protocol) && url.origin !== new URL(baseURL).origin) {
          faults.push(`foreign host: ${url}`);
        }
      });
      await context.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => {
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
        });
      });
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

/** Expects that axe finds nothing. */
export async function expectAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target).join(" | ")}`);
  expect(told).toEqual([]);
}
