// What people do on the page, for tests that start from the running shop.

import { expect } from "./fixtures.js";

/** The editor's text field, once the rich editor is there. */
export function editor(page) {
  return page.getByRole("textbox", { name: /manifest|editor|text/i }).first();
}

/** Replaces the whole text of the open file. */
export async function retype(page, text) {
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** Opens a file of the work. */
export async function openFile(page, name) {
  await page.getByRole("tab", { name, exact: true }).click();
}

export const flows = (page) => page.getByRole("tab", { name: /^Flows/ });

/** How many connections there were so far. */
export const count = async (page) => Number((await flows(page).innerText()).replace(/\D/g, "") || 0);

/** The corner shop, with connections happening. */
export async function running(page) {
  await page.goto("./");
  await expect(page.locator(".scene-host, .stage-body").first()).toBeVisible();
  await goesOn(page, 3);
}

/** Expects that more connections happen: the cluster is alive. */
export async function goesOn(page, since) {
  const before = since ?? (await count(page));
  await expect.poll(() => count(page), { timeout: 10_000 }).toBeGreaterThan(before);
}

/** The virtual time on the clock, in milliseconds. */
export async function clock(page) {
  const [minutes, seconds] = (await page.locator(".clock").innerText()).split(":").slice(-2).map(Number);
  return Math.round((minutes * 60 + seconds) * 1000);
}

/** Expects that the clock comes to stand still, for what was asked for before a pause is still answered; its time. */
export async function stands(page) {
  let time;
  await expect(async () => {
    time = await clock(page);
    const changed = await page.locator(".clock").evaluate(
      (clock) =>
        new Promise((resolve) => {
          new MutationObserver(() => resolve(true)).observe(clock, { characterData: true, childList: true, subtree: true });
          setTimeout(() => resolve(false), 400);
        }),
    );
    expect(changed).toBe(false);
  }).toPass();
  return time;
}

/** The picture's drawing of a pod whose id begins so. */
export const pod = (page, id) => page.locator(`.picture [data-key^="pod:Pod/${id}"]`).first();

/** Opens the form that tries a connection and walks one: source as in the list, target and port as typed. */
export async function walk(page, from, to, port = "") {
  await page.locator("body").press("Escape");
  await page.locator("body").press("c");
  const source = page.getByRole("combobox", { name: "From" });
  await source.fill(from);
  await source.press("Enter");
  const target = page.getByRole("combobox", { name: /^To/ });
  await target.fill(to);
  await target.press("Tab");
  await page.getByRole("textbox", { name: "Port" }).fill(port);
  await page.getByRole("button", { name: "Walk it" }).click();
  await expect(page.locator(".hop-count")).toBeVisible();
  return page.locator(".inspector");
}
