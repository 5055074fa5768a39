// Profiles' files on their way in: taken, refused and understood as Python does.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dataIn, launch, material, open } from "./browser.mjs";
import { load } from "./load.mjs";

const [{ readProfile }, { decoded }, { settle }] = [await load("profile_in.ts"), await load("json.ts"), await load("bounds.ts")];
const data = await dataIn("default.html");
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** The settled spans of a file, or null where it is refused; any other error is one of ours. */
function spansOf(bytes) {
  try {
    const { entries } = readProfile(decoded(bytes), data);
    const said = Object.fromEntries(Object.entries(entries).map(([id, { span }]) => [id, span]));
    return settle(data.variables, said).spans;
  } catch (error) {
    if (error.constructor.name !== "Refusal") throw error;
    return null;
  }
}

test("the page takes and refuses the same odd files as Python, and reads the same in them", async () => {
  const corpus = JSON.parse(await readFile(join(material, "corpus.json"), "utf8"));
  for (const { name, bytes, spans } of corpus) assert.deepEqual(spansOf(Buffer.from(bytes, "base64")), spans, name);
  const refused = corpus.filter(({ spans }) => spans === null).length;
  assert.ok(refused > 50 && corpus.length - refused > 25, `${refused} of ${corpus.length} are refused`);
});

test("what `polariscope risk export --format json` writes is loaded, and TOML is told of it", async () => {
  const { page, close } = await open(browser);
  const file = page.locator("input[type=file]");
  await file.setInputFiles({ name: "x.toml", mimeType: "text/plain", buffer: Buffer.from('format = 1\nname = "x"\n') });
  assert.match(await page.locator(".notices p").innerText(), /polariscope risk export FILE --format json/);
  await file.setInputFiles(join(material, "export.json"));
  await page.getByText("Helper 2 is now system A").waitFor();
  assert.equal(await page.locator("#field-cognition").inputValue(), "6-6");
  assert.equal(await page.locator("#field-metacognition").inputValue(), "2-3");
  await close();
});

test("every loaded profile has a name of its own, whatever the names in the files", async () => {
  const { page, close } = await open(browser);
  for (const [name, level, shown] of [["X", "high", "X"], ["X", "high", "X (2)"], ["X (2)", "low", "X (2) (2)"]]) {
    const buffer = Buffer.from(JSON.stringify({ format: 1, name, facets: { persistence: level } }));
    await page.locator("input[type=file]").setInputFiles({ name: "x.json", mimeType: "application/json", buffer });
    await page.locator(".notices").getByText(`${shown} is now system A`, { exact: false }).last().waitFor();
    assert.equal(await page.locator("#field-persistence").inputValue(), level === "low" ? "1-1" : "3-3");
  }
  const options = await page.locator("#system-a option").evaluateAll((each) => each.map(({ value, text }) => [value, text]));
  for (const column of [0, 1]) assert.equal(new Set(options.map((each) => each[column])).size, options.length);
  await close();
});
