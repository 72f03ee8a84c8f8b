// The code editor by itself, as `app/js/editor.js` promises it.

import { expect, expectAccessible, test } from "./fixtures.js";

/** Mounts the editor in the page and keeps what it calls. */
async function mount(page, doc) {
  await page.goto("./");
  await page.evaluate(async (doc) => {
    const { mount } = await import(new URL("vendor/editor.js", document.baseURI));
    const main = document.createElement("main");
    const before = Object.assign(document.createElement("button"), { textContent: "before" });
    const host = Object.assign(document.createElement("div"), { id: "editor" });
    const after = Object.assign(document.createElement("button"), { textContent: "after" });
    host.style.height = "300px";
    main.append(Object.assign(document.createElement("h1"), { textContent: "Editor" }), before, host, after);
    document.body.replaceChildren(main);
    window.heard = { changes: [], carets: [], commands: [] };
    window.editor = mount(host, {
      label: "Manifest",
      doc,
      onChange: (text) => heard.changes.push(text),
      onCaret: (offset) => heard.carets.push(offset),
      onCommand: (name) => heard.commands.push(name),
    });
  }, doc);
  return page.getByRole("textbox", { name: "Manifest" });
}

const heard = (page) => page.evaluate(() => window.heard);

test("typing, caret and keys are told; what the page sets is not", async ({ page }) => {
  const text = await mount(page, "kind: Pod\n");
  await text.press("Control+End");
  await page.keyboard.type("é😀");
  await page.keyboard.press("Control+s");
  await page.keyboard.press("Control+Enter");
  await page.evaluate(() => editor.setDoc("kind: Service\n"));
  const { changes, carets, commands } = await heard(page);
  expect(changes.at(-1)).toBe("kind: Pod\né😀");
  expect(carets.at(-1)).toBe("kind: Pod\né😀".length);
  expect(commands).toEqual(["apply", "reveal"]);
  await expect(text).toContainText("kind: Service");
});

test("its styles hold under the policy, and it is accessible", async ({ page }) => {
  const text = await mount(page, "# said\nkind: Pod\n");
  const style = (locator, name) => locator.evaluate((node, name) => getComputedStyle(node)[name], name);
  expect(await style(page.locator("#editor .cm-editor"), "display")).toBe("flex");
  expect(await style(text, "whiteSpace")).toBe("pre");
  expect(await style(text, "tabSize")).toBe("4");
  const comment = page.locator("#editor .tok-comment");
  expect(await style(comment, "color")).not.toBe(await style(text, "color"));
  expect(await page.evaluate(() => document.querySelector("#editor").shadowRoot.adoptedStyleSheets.length)).toBeGreaterThan(0);
  expect(await page.evaluate(() => document.querySelector("#editor").shadowRoot.querySelectorAll("style").length)).toBe(0);
  await expectAccessible(page);
});

test("diagnostics and marks show, and survive an older offset", async ({ page }) => {
  await mount(page, "kind: Pod\nname: a\n");
  await page.evaluate(() => {
    editor.setDiagnostics([{ from: 6, to: 9, severity: "error", message: "no such kind" }]);
    editor.setMarks([
      { from: 10, to: 14, class: "decides", title: "decides", glyph: [{ d: "M2 8h12", filled: false }] },
      { from: 900, to: 990, class: "gone" },
    ]);
  });
  await expect(page.locator("#editor .cm-lintRange-error")).toHaveText("Pod");
  await expect(page.locator("#editor .cm-lint-marker-error")).toBeVisible();
  await expect(page.locator("#editor span.decides")).toHaveText("name");
  await expect(page.locator("#editor svg.decides")).toBeVisible();
});

test("each text keeps its own history, and a place can be revealed", async ({ page }) => {
  const text = await mount(page, "a: 1\n");
  await text.press("Control+End");
  await page.keyboard.type("b: 2");
  await page.evaluate(() => editor.setDoc("c: 3\n", "other"));
  await expect(text).not.toContainText("b: 2");
  await page.evaluate(() => editor.setDoc("a: 1\nb: 2", ""));
  await page.keyboard.press("Control+z");
  await expect(text).not.toContainText("b: 2");
  await page.evaluate(() => editor.setDoc("x\n".repeat(500) + "end"));
  await page.evaluate(() => editor.reveal(1000, 1003));
  await expect(page.locator("#editor .cm-line", { hasText: "end" })).toBeInViewport();
});

test("Escape, then Tab, leaves it; Tab alone indents", async ({ page }) => {
  const text = await mount(page, "a:\n");
  await text.press("Control+End");
  await page.keyboard.press("Tab");
  await expect(text).toBeFocused();
  expect((await heard(page)).changes.at(-1)).toBe("a:\n  ");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "after" })).toBeFocused();
});

test("it can be made read-only", async ({ page }) => {
  const text = await mount(page, "a: 1\n");
  await page.evaluate(() => editor.setEditable(false));
  await expect(text).toHaveAttribute("contenteditable", "false");
  await page.evaluate(() => editor.setDoc("b: 2\n", "other"));
  await expect(text).toContainText("b: 2");
  await expect(text).toHaveAttribute("contenteditable", "false");
});
