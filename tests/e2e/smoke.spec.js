import { expect, expectAccessible, test } from "./fixtures.js";

test("the page comes up and is accessible", async ({ page }) => {
  await page.goto("./");
  await expect(page).toHaveTitle(/Podyard/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test("the page starts its worker, and a worker answers", async ({ page }) => {
  const started = page.waitForEvent("worker");
  await page.goto("./");
  expect(new URL((await started).url()).pathname).toBe("/boot.js");
  const answered = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = new Worker("boot.js", { type: "module" });
        worker.onmessage = () => resolve("answered");
        worker.onerror = (event) => resolve(`stopped: ${event.message}`);
      }),
  );
  expect(answered).toBe("answered");
});

test("the security policy holds in the header and in the page", async ({ page }) => {
  const response = await page.goto("./");
  const meta = page.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(meta).toHaveAttribute("content", response.headers()["content-security-policy"]);
});

test("the policy stops inline styles and scripts", async ({ page, faults }) => {
  await page.goto("./");
  const applied = await page.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = ":root { --inline: yes }";
    const script = document.createElement("script");
    script.textContent = "window.inline = true";
    document.head.append(style, script);
    return [getComputedStyle(document.documentElement).getPropertyValue("--inline"), window.inline];
  });
  expect(applied).toEqual(["", undefined]);
  await expect.poll(() => faults.filter((fault) => fault.includes("policy: ")).length).toBe(2);
  faults.length = 0;
});
