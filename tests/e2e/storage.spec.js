// The browser keeps nothing: the page says so, and everything else goes on.

import { readFileSync } from "node:fs";
import { expect, test } from "./fixtures.js";
import { editor, goesOn, openFile, retype, running } from "./shop.js";

const full = () => {
  Storage.prototype.setItem = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
};
const blocked = () => {
  Object.defineProperty(window, "localStorage", {
    get() {
      throw new DOMException("denied", "SecurityError");
    },
  });
};

for (const [name, script] of [["full", full], ["blocked", blocked]]) {
  test(`${name} storage: it says "Not saved", hands the files over, and the cluster goes on`, async ({ page }) => {
    await page.addInitScript(script);
    await running(page);
    const notice = page.locator(".notice", { hasText: "Not saved" });
    await expect(notice).toBeVisible();
    await openFile(page, "policies.yaml");
    await retype(page, "# nobody is kept out\n");
    await expect(page.locator(".status-line")).toContainText("applied");
    await expect(page.getByText("gets no answer")).toBeHidden();
    await openFile(page, "shop.yaml");
    await openFile(page, "policies.yaml");
    await expect(editor(page)).toContainText("nobody is kept out");
    await goesOn(page);
    await expect(notice).toBeVisible();
    const [download] = await Promise.all([page.waitForEvent("download"), notice.getByRole("button", { name: "Download files" }).click()]);
    const text = readFileSync(await download.path(), "utf8");
    expect(text).toContain("kind: StatefulSet");
    expect(text).toContain("# nobody is kept out");
  });
}

test("room again: the notice goes", async ({ page }) => {
  await page.addInitScript(() => {
    const setItem = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
      if (!window.room) throw new DOMException("no room", "QuotaExceededError");
      setItem.call(this, key, value);
    };
  });
  await running(page);
  const notice = page.locator(".notice", { hasText: "Not saved" });
  await expect(notice).toBeVisible();
  await page.evaluate(() => (window.room = true));
  await openFile(page, "policies.yaml");
  await expect(notice).toBeHidden();
});

test("nothing is kept: another work opens only on the user's word", async ({ page }) => {
  await page.addInitScript(full);
  await running(page);
  await openFile(page, "policies.yaml");
  await retype(page, "# mine\n");
  const open = async () => {
    await page.getByRole("button", { name: /^Corner shop/ }).click();
    await page.getByText("The article").click();
  };
  await open();
  const notice = page.locator(".toast", { hasText: "your files would be lost" });
  await notice.getByRole("button", { name: "Close" }).click();
  await expect(editor(page)).toContainText("# mine");
  await open();
  await notice.getByRole("button", { name: "Open anyway" }).click();
  await expect(page.getByRole("tab", { name: "policy.txt" })).toBeVisible();
});
