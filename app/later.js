// The half of the module that the first scenario does without: it arrives while the visitor looks, or, when it is called for
// before that, at once. `cargo xtask build` makes the halves; a module that is still in one piece needs nothing of this.

const address = new URL("./podyard-app_later.wasm", import.meta.url);
let first;

function join(module) {
  if (first.later.value) return;
  new WebAssembly.Instance(module, { first });
  first.later.value = 1;
}

/** Lets the second half of a module come, given the exports of the first. */
export async function arrive(exports) {
  first = exports;
  if (!first.later) return;
  try {
    join(await WebAssembly.compileStreaming(fetch(address, { priority: "low" })));
  } catch {
    // Nothing is lost: it is fetched again when it is called for.
  }
}

/** Fetches the second half before it returns. */
export function fetch_later() {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  // A page may not wait for bytes, but for text: one byte a character.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  try {
    request.send();
    join(new WebAssembly.Module(Uint8Array.from(request.responseText, (byte) => byte.charCodeAt(0) & 0xff)));
  } catch (error) {
    // Offline, or another build is there by now: a page says so (styles/page.css), a worker is started again.
    globalThis.document?.documentElement.setAttribute("data-stopped", "page");
    throw error;
  }
}
