// Builds the page's scripts into ../bundle, byte for byte the same everywhere, or with --check says whether
// the committed ones are what these sources build. Run it by `make page`; `make test` runs the check.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../../..");
const bundle = join(here, "../bundle");
const entries = { "risk.js": "main.ts", "space.js": "space/main.ts" };

/** The licences of the packages that a bundle contains, in full: their notices ship with every copy. */
async function notices(inputs) {
  const names = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const packages = [...new Set(names.filter(Boolean))].sort();
  const texts = packages.map(async (name) => {
    const folder = join(root, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    return `/*! ${name} ${version}\n${(await readFile(join(folder, "LICENSE"), "utf8")).trim()}\n*/\n`;
  });
  return (await Promise.all(texts)).join("");
}

/** One script: all that its entry point imports, minified, in a function of its own. */
async function script(entry) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(here, entry)],
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  return (await notices(Object.keys(metafile.inputs))) + outputFiles[0].text;
}

async function put(name, entry) {
  const text = await script(entry);
  await mkdir(bundle, { recursive: true });
  await writeFile(join(bundle, name), text);
  console.log(`${name}: ${Math.ceil(text.length / 1024)} KiB`);
}

async function check(name, entry) {
  const committed = await readFile(join(bundle, name), "utf8").catch(() => null);
  if (committed !== (await script(entry))) {
    console.error(`web/bundle/${name} is not what web/page builds; run \`make page\` and commit the result`);
    process.exitCode = 1;
  }
}

const each = process.argv.includes("--check") ? check : put;
await Promise.all(Object.entries(entries).map(([name, entry]) => each(name, entry)));
