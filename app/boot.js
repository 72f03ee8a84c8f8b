// Starts the one Wasm module, in the page and in its worker alike; it finds out by itself where it is.
import init from "./podyard-app.js";

await init({ module_or_path: new URL("./podyard-app_bg.wasm", import.meta.url) });
