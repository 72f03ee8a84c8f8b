// The page as a person uses it: the corner shop, what is typed, what is asked.

import { boutique } from "./corpus.js";
import { expect, expectAccessible, test } from "./fixtures.js";
import { clock, count, editor, retype, running, stands } from "./shop.js";

test("the first visit shows a shop at work and the one connection without an answer", async ({ page }) => {
  await running(page);
  await expect(page.getByText("1 connection gets no answer:")).toBeVisible();
  await page.getByRole("button", { name: "Show me why" }).click();
  const inspector = page.locator(".inspector");
  await expect(inspector).toContainText("Dropped");
  await expect(inspector).toContainText("db-only-api selects db-0 and isolates it for ingress");
  await expect(inspector).toContainText("policies.yaml:14");
  await expect(inspector).toContainText("nobody answered");
  await expect(page.getByRole("tab", { name: "policies.yaml" })).toHaveAttribute("aria-selected", "true");
  await expectAccessible(page);
});

test("an edit changes the verdict, is applied, and survives a reload", async ({ page }) => {
  await running(page);
  await page.getByRole("tab", { name: "policies.yaml" }).click();
  const policy = (app) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db-only-api
  namespace: shop
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: ${app}}}
`;
  await retype(page, policy("reports"));
  await expect(page.getByText("gets no answer: api → db").or(page.locator(".strip-ends", { hasText: "api → db" })).first()).toBeVisible();
  await expect(page.locator(".status, .editor").first()).toContainText("applied");
  await page.reload();
  await expect(editor(page)).toContainText("app: reports");
});

test("a broken document is told and the rest goes on", async ({ page }) => {
  await running(page);
  const before = await count(page);
  await page.getByRole("tab", { name: "policies.yaml" }).click();
  await retype(page, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\nkind: [broken\n");
  await page.getByRole("tab", { name: /^Problems/ }).click();
  await expect(page.locator(".drawer")).toContainText("policies.yaml:");
  await expect.poll(() => count(page)).toBeGreaterThan(before);
});

test("Online Boutique comes up from a paste, and its policies let exactly its flows through", async ({ page }) => {
  const app = boutique();
  if (!app) return;
  await running(page);
  await page.getByRole("tab", { name: "policies.yaml" }).click();
  await retype(page, "");
  await page.getByRole("tab", { name: "shop.yaml" }).click();
  await retype(page, app.manifests);
  await expect(page.locator(".inspector")).toContainText("12 ready", { timeout: 10_000 });
  await expect(page.locator("svg title", { hasText: "recommendationservice" }).first()).toBeAttached();
  await page.getByRole("tab", { name: "policies.yaml" }).click();
  await retype(page, app.policies);
  await expect(page.locator(".inspector")).toContainText("Isolated for ingress");
  await expect(page.locator(".inspector")).toContainText("Every declared connection gets through.");
});

test("by keyboard alone: pause, step, try a connection, walk its hops, jump to the line", async ({ page }) => {
  await running(page);
  await page.keyboard.press("p");
  await page.keyboard.press("Space");
  const stopped = await stands(page);
  await page.keyboard.press(".");
  await expect.poll(() => clock(page)).toBeGreaterThan(stopped);
  await page.keyboard.press("c");
  await expect(page.getByRole("combobox", { name: /^To/ })).toBeFocused();
  await page.keyboard.type("shop");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.locator(".inspector")).toContainText("Hop ");
  const hop = await page.locator(".hop-count").innerText();
  await page.keyboard.press("Escape");
  await page.keyboard.press("w");
  await expect(page.locator(".hop-count")).toContainText("Hop 5 of 6");
  await page.keyboard.press("k");
  await expect(page.locator(".hop-count")).toContainText("Hop 4 of 6");
  expect(hop).toMatch(/Hop \d+ of \d+/);
  await page.keyboard.press("1");
  await expect(page.getByRole("tab", { name: /^Flows/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Play, pause");
  await expectAccessible(page);
});

test("the article's pods and its policy of 2016", async ({ page }) => {
  await running(page);
  await page.getByRole("button", { name: /Corner shop/ }).click();
  await page.getByText("The article").click();
  await expect(page.locator("svg text", { hasText: "203.0.113." }).first()).toBeAttached();
  await expect(page.getByRole("tab", { name: "policy.txt" })).toBeVisible();
});

for (const [name, width, height, scheme] of [
  ["dark", 1440, 900, "dark"],
  ["tablet", 1024, 768, "light"],
  ["phone", 390, 844, "light"],
]) {
  test(`accessible: ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("./");
    await expect(page.getByText("gets no answer").first()).toBeVisible({ timeout: 10_000 });
    await expectAccessible(page);
  });
}

test("drawer, matrix and connect form are accessible", async ({ page }) => {
  await running(page);
  for (const key of ["1", "2", "5"]) {
    await page.locator("body").press(key);
    await page.waitForTimeout(300);
    await expectAccessible(page);
  }
  await page.locator("body").press("c");
  await expect(page.getByRole("combobox", { name: /^To/ })).toBeVisible();
  await expectAccessible(page);
});
