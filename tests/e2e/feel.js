// What someone at the page waits for, measured inside the page: from the input event to the frame that shows the change.

import { site } from "./chromium.js";

const WORKLOADS = 12;
// Someone types four characters a second, so that each keystroke is answered before the next.
const RHYTHM_MS = 250;

/** A page on which no manifests are. */
async function emptyPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(inPage);
  await page.goto(site, { waitUntil: "networkidle" });
  await page.getByRole("button", { name: /^Corner shop/ }).click();
  await page.getByRole("menuitem", { name: /^Start empty/ }).click();
  await field(page).click();
  return page;
}

/** As a person does: the clipboard, and Ctrl+V. */
async function paste(page, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.keyboard.press("Control+v");
}

const field = (page) => page.getByRole("textbox", { name: "Text of the file" });

/** What is known inside the page as `feel`. */
function inPage() {
  const own = (kind) => [...document.querySelectorAll(`.picture [data-key^="${kind}:"]:not([data-key*="/kube-system/"])`)];
  window.feel = {
    /** The picture has so many workloads, and all their pods are ready. */
    ready(workloads) {
      const pods = own("pod");
      return own("owner").length === workloads && pods.length >= workloads && pods.every((pod) => pod.classList.contains("ready"));
    },
    /** Connections are counted. */
    connects() {
      const tabs = [...document.querySelectorAll(".drawer [role=tab]")];
      return tabs.some((tab) => /^Flows[1-9]/.test(tab.textContent));
    },
    /** Some connection gets no answer, or none does. */
    drops(some) {
      return own("strand").some((strand) => strand.classList.contains("v-silent")) === some;
    },
    /** Milliseconds from the next event of a kind to the frame after the change of the page at which this holds. */
    async after(event, name, argument) {
      const start = await new Promise((resolve) => addEventListener(event, () => resolve(performance.now()), { once: true, capture: true }));
      await new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!this[name](argument)) return;
          observer.disconnect();
          requestAnimationFrame(resolve);
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      });
      return performance.now() - start;
    },
  };
}

/** Measures from the next event of a kind on; a function that gives the milliseconds once it is seen. */
async function after(page, ...asked) {
  const waiting = await page.evaluateHandle((asked) => ({ answer: feel.after(...asked) }), asked);
  return () => waiting.evaluate(({ answer }) => answer);
}

/** Milliseconds from a paste into an empty work until all is ready, and until the first connection. */
export async function pastes(browser, { manifests, policies }, times) {
  const measured = [];
  for (let time = 0; time < times; time += 1) {
    const page = await emptyPage(browser);
    const ready = await after(page, "paste", "ready", WORKLOADS);
    const running = await after(page, "paste", "connects");
    await paste(page, `${policies}\n---\n${manifests}`);
    measured.push({ ready: await ready(), running: await running() });
    await page.context().close();
  }
  return measured;
}

/** Milliseconds from each of so many keystrokes, each of which changes a verdict, to the picture that shows it. */
export async function types(browser, { manifests, policies }, times) {
  const page = await emptyPage(browser);
  const ready = await after(page, "paste", "ready", WORKLOADS);
  await paste(page, `${policies}\n---\n${manifests}`);
  await ready();
  // The caret goes behind the first "frontend", whom a policy lets in.
  await page.keyboard.press("Control+f");
  await page.keyboard.type("app: frontend");
  for (const key of ["Enter", "Escape", "ArrowRight"]) await page.keyboard.press(key);
  const measured = [];
  for (let time = 0; time < times; time += 1) {
    const breaks = time % 2 === 0;
    const seen = await after(page, "keydown", "drops", breaks);
    await page.keyboard.press(breaks ? "x" : "Backspace");
    measured.push(await seen());
    await page.waitForTimeout(RHYTHM_MS);
  }
  await page.context().close();
  return measured;
}

/** How long each task was that kept the page from reacting, while the corner shop runs. */
export async function longTasks(browser, milliseconds) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(site, { waitUntil: "networkidle" });
  await page.locator(".picture [data-key^='pod:']").first().waitFor();
  const tasks = await page.evaluate(
    (milliseconds) =>
      new Promise((resolve) => {
        const tasks = [];
        new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
        setTimeout(() => resolve(tasks), milliseconds);
      }),
    milliseconds,
  );
  await context.close();
  return tasks;
}
