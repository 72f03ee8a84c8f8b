// Starts the one Wasm module, in the page and in its worker alike; it finds out by itself where it is.
import init, { live } from "./podyard-app.js";
import { arrive } from "./later.js";

export const wasm = await init({ module_or_path: new URL("./podyard-app_bg.wasm", import.meta.url) });
arrive(wasm);
live();
