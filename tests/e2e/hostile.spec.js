// Whatever is pasted: a finding with its line, a page that reacts, a shop that goes on, a clean console.

import { expect, test } from "./fixtures.js";
import { clock, editor, goesOn, openFile, retype, running } from "./shop.js";

// A press is seen to act within this long, on a machine that runs several tests at once.
const REACTS_MS = 1000;

const bytes = String.fromCharCode(...Array(256).keys());
const bomb = [..."bcdefghij"].map((letter, at) => `${letter}: &${letter} [${Array(9).fill(`*${"abcdefghi"[at]}`)}]\n`);
const many = Array.from({ length: 10_000 }, (_, at) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${at}, namespace: shop}\n`);

const TWICE = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: b\n";

// name, text, finding, and where it stands; no finding where the text is as good as any.
const INPUTS = [
  ["an empty file", "", null],
  ["bytes that are no text", bytes, "This is not text.", "policies.yaml:1"],
  ["5 MB of brackets", "[".repeat(5_000_000), "This does not parse:", "policies.yaml:1"],
  ["half a line", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {app: ", "unclosed bracket", "policies.yaml:5"],
  ["tabs", "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n", "A tab stands where YAML wants spaces.", "policies.yaml:4"],
  ["a key twice", TWICE, "`name` stands twice in one mapping.", "policies.yaml:5"],
  ["an alias bomb", `a: &a [x]\n${bomb.join("")}`, "Aliases grow this document over", "policies.yaml:7"],
  ["an unknown kind", "apiVersion: example.org/v1\nkind: Gadget\nmetadata: {name: a}\n", "Gadget is kept; Podyard does not simulate it.", "policies.yaml:2"],
  ["10,000 documents", many.join("---\n"), null],
];

const pods = (count) =>
  Array.from(
    { length: count },
    (_, at) => `apiVersion: v1
kind: Pod
metadata: {name: p${at}, namespace: shop, labels: {app: p${at}}}
spec: {containers: [{name: a, image: nginx, ports: [{containerPort: 80}]}]}
`,
  ).join("---\n");

for (const [name, text, finding, place] of INPUTS) {
  test(`hostile: ${name}`, async ({ page }) => {
    test.setTimeout(60_000);
    await running(page);
    await openFile(page, "policies.yaml");
    await retype(page, text);
    if (text === "") await page.keyboard.press("Delete");
    await page.getByRole("tab", { name: /^Problems/ }).click();
    const problems = page.locator(".problem");
    if (finding) {
      await expect(problems).toContainText([finding]);
      await expect(problems.first().locator(".line-link")).toHaveText(place);
    } else {
      await expect(page.locator(".problems")).toContainText("No problems in 2 files.");
    }
    await reacts(page);
    await goesOn(page);
    const time = await clock(page);
    await expect.poll(() => clock(page)).toBeGreaterThan(time);
  });
}

test("hostile: 10,000 findings are counted, not all listed", async ({ page }) => {
  await running(page);
  await page.getByRole("tab", { name: /^Problems/ }).click();
  await openFile(page, "policies.yaml");
  const gadget = (_, at) => `apiVersion: example.org/v1\nkind: Gadget\nmetadata: {name: g${at}}\n`;
  await retype(page, Array.from({ length: 10_000 }, gadget).join("---\n"));
  await expect(page.locator(".problems")).toContainText("9,800 more are not listed.");
  await reacts(page);
  await goesOn(page);
});

test("hostile: a matrix of 1,000 workloads is drawn as far as it can be read, the rest counted", async ({ page }) => {
  await running(page);
  await page.getByRole("tab", { name: "Matrix" }).click();
  await openFile(page, "policies.yaml");
  await retype(page, pods(1000));
  await expect(page.locator("table.matrix caption")).toContainText("The first 60 workloads;", { timeout: 15_000 });
  expect(await page.locator("table.matrix button.cell").count()).toBe(60 * 60);
  await goesOn(page);
});

/** Expects that presses act soon: measured in the page, from the press to what it shows. */
async function reacts(page) {
  const slowest = await page.evaluate(async () => {
    const tabs = [...document.querySelectorAll(".drawer [role=tab]")];
    let slowest = 0;
    for (const tab of [tabs[1], tabs[2]]) {
      const start = performance.now();
      tab.click();
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      if (tab.ariaSelected !== "true") return Infinity;
      slowest = Math.max(slowest, performance.now() - start);
    }
    return slowest;
  });
  expect(slowest).toBeLessThan(REACTS_MS);
}

test("a finding leads to its line and column", async ({ page }) => {
  await running(page);
  await openFile(page, "policies.yaml");
  await retype(page, TWICE);
  await openFile(page, "shop.yaml");
  await page.getByRole("tab", { name: /^Problems/ }).click();
  await page.locator(".problem .line-link").click();
  await expect(page.getByRole("tab", { name: "policies.yaml" })).toHaveAttribute("aria-selected", "true");
  await expect(page.locator(".cm-activeLine")).toHaveText("  name: b");
  await editor(page).press("ArrowRight");
  await page.keyboard.insertText("x");
  await expect(page.locator(".cm-activeLine")).toHaveText("  nxame: b");
});
