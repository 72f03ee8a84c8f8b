// The engine stops: the page says so, starts it again, and the files are as they were.

import { readFileSync } from "node:fs";
import { expect, expectAccessible, test } from "./fixtures.js";
import { editor, goesOn, openFile, retype, running } from "./shop.js";

const WORD = "sesame";
const TEXT = `# ${WORD}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n`;

/**
 * Has the worker do a deed on every request that holds the word. The script that both page and worker start from is
 * served with a guard before the engine; with `times` only to the first who ask: the page, then its workers.
 */
async function guard(context, deed, times) {
  const handler = async (route) => {
    const response = await route.fetch();
    const guard = `
      if (typeof document === "undefined") {
        const answer = self.onmessage;
        self.onmessage = (event) => {
          if (new TextDecoder().decode(event.data).includes("${WORD}")) ${deed}
          answer(event);
        };
      }`;
    await route.fulfill({ response, body: (await response.text()) + guard });
  };
  await context.route("**/boot.js", handler, { times });
}

const TRAP = `throw new WebAssembly.RuntimeError("unreachable");`;
const HANG = "for (;;);";

/** Types what the engine stops at into policies.yaml. */
async function provoke(page) {
  await openFile(page, "policies.yaml");
  await retype(page, TEXT);
}

/** Expects that the engine runs anew from the files, to which the policy that held reports back does not belong any more. */
async function runsAgain(page) {
  await expect(page.locator(".clock-note")).toHaveText("");
  await goesOn(page, 0);
  await expect(page.getByText("gets no answer")).toBeHidden();
  await expect(page.getByRole("tab", { name: "shop.yaml" })).toBeVisible();
}

test("stopped once, it starts again with the text as it was, and says so", async ({ page, context }) => {
  await guard(context, TRAP, 2);
  await running(page);
  const restarted = page.waitForEvent("worker");
  await provoke(page);
  await restarted;
  await expect(page.locator(".toast")).toContainText("The engine stopped and started again. Your files are as they were.");
  await expect(editor(page)).toContainText(WORD);
  await expect(page.getByRole("alert")).toBeHidden();
  await runsAgain(page);
});

test("stopped while a flow is walked, it leaves the walk that is no more", async ({ page, context }) => {
  await guard(context, TRAP, 2);
  await running(page);
  await page.keyboard.press("1");
  await page.locator("tr.row", { hasText: "Dropped" }).first().click();
  await expect(page.locator(".hop-count")).toBeVisible();
  await provoke(page);
  await expect(page.locator(".toast")).toContainText("started again");
  await expect(page.getByRole("heading", { name: "Cluster" })).toBeVisible();
  await page.locator("#picture").press("Space");
  await runsAgain(page);
});

test("stopped twice on the same text, it says so; what is typed then is what Restart takes", async ({ page, context }) => {
  await guard(context, TRAP);
  await running(page);
  await provoke(page);
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The engine stopped. Your files are safe.");
  await expectAccessible(page);
  await expect(editor(page)).toContainText(WORD);
  const [download] = await Promise.all([page.waitForEvent("download"), alert.getByRole("button", { name: "Download files" }).click()]);
  expect(readFileSync(await download.path(), "utf8")).toContain(WORD);
  await alert.getByRole("button", { name: "Restart" }).click();
  await expect(alert).toContainText("The engine stopped.");
  await retype(page, "# open\n");
  await alert.getByRole("button", { name: "Restart" }).click();
  await expect(alert).toBeHidden();
  await runsAgain(page);
});

test("stopped twice by time going on, it does not start again for ever", async ({ page, context }) => {
  let workers = 0;
  page.on("worker", () => (workers += 1));
  // The third and every later request of a worker: the files, and then time.
  const handler = async (route) => {
    const response = await route.fetch();
    const guard = `
      if (typeof document === "undefined") {
        const answer = self.onmessage;
        let requests = 0;
        self.onmessage = (event) => {
          requests += 1;
          if (requests > 2) ${TRAP}
          answer(event);
        };
      }`;
    await route.fulfill({ response, body: (await response.text()) + guard });
  };
  await context.route("**/boot.js", handler);
  await page.goto("./");
  await expect(page.getByRole("alert")).toContainText("The engine stopped. Your files are safe.");
  expect(workers).toBe(2);
});

test("hung, it is ended after 30 s and starts again", async ({ page, context }) => {
  await guard(context, HANG, 2);
  await page.clock.install();
  await running(page);
  await provoke(page);
  await expect(page.locator(".clock-note")).toHaveText("calculating…");
  const restarted = page.waitForEvent("worker");
  await page.clock.runFor(31_000);
  await restarted;
  await expect(editor(page)).toContainText(WORD);
  await runsAgain(page);
});

test("an engine that cannot start at all: it says so, and the text is there", async ({ page, context, faults }) => {
  let asked = 0;
  await context.route("**/boot.js", (route) => ((asked += 1) > 1 ? route.abort() : route.continue()));
  await page.goto("./");
  await expect(page.getByRole("alert")).toContainText("The engine stopped. Your files are safe.");
  await expect(editor(page)).toContainText("A corner shop");
  faults.length = 0;
});
