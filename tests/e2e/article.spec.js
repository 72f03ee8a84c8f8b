// "What App Developers Should Know About Kubernetes Networking": what the shipped scenario shows of its claims.

import { expect, test } from "./fixtures.js";
import { goesOn, pod, running, walk } from "./shop.js";

async function article(page) {
  await running(page);
  await page.getByRole("button", { name: /Corner shop/ }).click();
  await page.getByText("The article").click();
  await expect(page.getByRole("tab", { name: "policy.txt" })).toBeVisible();
  await goesOn(page, 0);
}

test("the pod is the unit: containers in one pod, one address, labels, ports", async ({ page }) => {
  await article(page);
  await pod(page, "tenant-a/web").click();
  const inspector = page.locator(".inspector");
  const fact = (name) => inspector.locator(".fact", { has: page.getByText(name, { exact: true }) }).locator("dd");
  await expect(fact("container python")).toContainText("listens on 80/TCP");
  await expect(fact("container redis")).toContainText("listens on 6379/TCP");
  await expect(fact("address")).toHaveText(/^10\.\d+\.\d+\.\d+$/);
  await expect(fact("labels")).toContainText("segment=backend");
  await pod(page, "tenant-a/nginx").click();
  await expect(fact("labels")).toContainText("segment=frontend");
});

test("the external address belongs to the Service and leads to the pod behind it", async ({ page }) => {
  await article(page);
  const address = page.locator("svg text", { hasText: /203\.0\.113\.\d+/ }).first();
  const [ip] = (await address.textContent()).match(/203\.0\.113\.\d+/);
  const inspector = await walk(page, "Outside", ip, "80");
  await expect(inspector.locator(".headline")).toHaveText("Forwarded");
  await expect(inspector.locator(".walk-headline")).toContainText("nginx");
});

test("pol1, as it was posted in 2016, lets the frontend in at its port and nobody else", async ({ page }) => {
  await article(page);
  const verdict = page.locator(".headline");
  const inspector = await walk(page, "nginx", "web", "80");
  await expect(verdict).toHaveText("Forwarded");
  await expect(inspector.locator(".because")).toHaveText("Let in by pol1, ingress rule 1: segment: frontend matches.");
  await inspector.getByRole("button", { name: /^On the way into web/ }).click();
  await expect(inspector.locator(".bead.open .line-link").first()).toHaveText(/^policy\.txt:\d+$/);
  const web = await address(page, "web");
  await walk(page, "nginx", web, "6379");
  await expect(verdict).toHaveText("Dropped");
  await walk(page, "database", "web", "80");
  await expect(verdict).toHaveText("Dropped");
  await expect(inspector).toContainText("pol1");
  await walk(page, "Outside", web, "80");
  await expect(verdict).not.toHaveText("Forwarded");
});

/** A pod's address, as the inspector has it. */
async function address(page, name) {
  await page.locator("body").press("Escape");
  await pod(page, `tenant-a/${name}`).click();
  await expect(page.locator(".inspector .panel-title")).toHaveText("Pod");
  const fact = page.locator(".inspector .fact", { has: page.getByText("address", { exact: true }) });
  return (await fact.locator("dd").innerText()).trim();
}
