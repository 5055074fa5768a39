// Modules of the page's own sources, for tests that need no browser.
import { build } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const page = join(dirname(fileURLToPath(import.meta.url)), "../../src/polariscope/web/page");

/** What a module of src/polariscope/web/page exports. */
export async function load(name) {
  const options = { bundle: true, format: "esm", target: "es2022", write: false, logLevel: "warning" };
  const { outputFiles } = await build({ entryPoints: [join(page, name)], ...options });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

/** Numbers from 0 up to 1 that are the same on every run (mulberry32). */
export function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
