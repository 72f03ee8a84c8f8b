// Lists what a built site weighs, as it is and compressed: node sizes.mjs DIRECTORY LIMIT-IN-KB-OF-BROTLI

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

// What the page loads only when it is wanted, after the first scenario runs.
const LAZY = ["vendor/", "podyard-app_later.wasm"];

const [directory, limit] = process.argv.slice(2);

function weigh(name) {
  const bytes = readFileSync(join(directory, name));
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return {
    name,
    lazy: LAZY.some((folder) => name.startsWith(folder)),
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

function total(name, files) {
  const sum = (key) => files.reduce((bytes, file) => bytes + file[key], 0);
  return { name, raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
}

function print(row) {
  const cells = [row.raw, row.gzip, row.brotli].map((bytes) => (bytes / 1000).toFixed(1).padStart(9));
  console.log(row.name.padEnd(44) + cells.join("") + (row.lazy ? "  later" : ""));
}

const files = readdirSync(directory, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, "/").length).replaceAll("\\", "/"))
  .map(weigh)
  .sort((a, b) => b.brotli - a.brotli);
const first = total("first load", files.filter((file) => !file.lazy));

console.log("kB".padEnd(44) + ["raw", "gzip", "brotli"].map((word) => word.padStart(9)).join(""));
files.forEach(print);
print(total("all", files));
print(first);
if (first.brotli > limit * 1000) {
  console.error(`The first load is over ${limit} kB of brotli.`);
  process.exit(1);
}
