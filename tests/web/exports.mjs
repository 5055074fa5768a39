// Saves what the page exports, for Python to read again; run by test_what_the_page_exports_is_read_again.
import assert from "node:assert/strict";
import { stat, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dataOf, launch, look, open, spaceOf, states } from "./browser.mjs";

const folder = process.env.POLARISCOPE_EXPORTS;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

async function saved(page, name, path) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
  await download.saveAs(path);
  return download.suggestedFilename();
}

test("profiles: every system as it is, with edits, and a hostile one", async () => {
  const told = [];
  for (const name of ["two", "hostile"]) {
    const { page, seen, close } = await open(browser, `${name}.html`);
    const options = await page.locator("#system-a option").evaluateAll((each) => each.map((option) => option.value));
    for (const [index, key] of options.entries()) {
      for (const edits of [{}, { planning: [1, 2], tools: [2, 2], intelligence: [3, 5] }]) {
        await page.locator("#system-a").selectOption(key);
        for (const [id, span] of Object.entries(edits)) await page.locator(`#field-${id}`).selectOption(span.join("-"));
        if ((await page.locator(".wrong").count()) > 0) continue;
        const file = `${name}-${index}-${Object.keys(edits).length}.json`;
        const suggested = await saved(page, "Export A (JSON)", join(folder, file));
        assert.match(suggested, /^[a-z0-9-]+\.json$/);
        const fields = await page.locator("select[id^=field-]").evaluateAll((each) => each.map(({ id, value }) => [id.slice(6), value.split("-").map(Number)]));
        told.push({ file, key, edits, spans: Object.fromEntries(fields), states: await states(page) });
      }
    }
    assert.deepEqual(seen, { requests: [], complaints: [] });
    await close();
  }
  assert.ok(told.length > 15);
  await writeFile(join(folder, "told.json"), JSON.stringify(told));
});

test("an exported profile, loaded, is the same system", async () => {
  const { page, close } = await open(browser);
  await page.locator("#field-tools").selectOption("1-1");
  const before = await states(page);
  const path = join(folder, "again.json");
  await saved(page, "Export A (JSON)", path);
  await page.locator("#system-a").selectOption("blank");
  await page.locator("input[type=file]").setInputFiles(path);
  await page.getByText("is now system A").waitFor();
  assert.deepEqual(await states(page), before);
  await close();
});

test("the picture is a PNG, twice the size of the canvas, and shows something", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, seen, close } = await open(browser, "default.html", { colorScheme });
    const host = await spaceOf(page);
    const path = join(folder, `${colorScheme}.png`);
    assert.equal(await saved(page, "Save picture (PNG)", path), "polariscope-risk-space.png");
    assert.ok((await stat(path)).size > 10_000);
    const bytes = await readFile(path);
    assert.equal(bytes.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
    const { width, colours } = await look(browser, bytes);
    assert.ok(Math.abs(width - 2 * (await host.boundingBox()).width) <= 6);
    assert.ok(colours > 100, `${colours} colours`);
    assert.deepEqual(seen, { requests: [], complaints: [] });
    await close();
  }
});

test("files that are no profile are refused by what is wrong with them", async () => {
  const { page, seen, close } = await open(browser);
  const before = await states(page);
  const refused = {
    "not JSON": ["{", /not JSON/],
    "a list": ["[1]", /no profile/],
    "a newer format": ['{"format": 2}', /newer/],
    "an unknown facet": ['{"format": 1, "name": "x", "facets": {"metacognision": "low"}}', /metacognition/],
    "an unknown level": ['{"format": 1, "name": "x", "axes": {"cognition": 9}}', /from 1 to 7/],
    "a prototype": ['{"format": 1, "name": "x", "facets": {"__proto__": "low"}}', /__proto__/],
    "a deep one": [`{"format": 1, "facets": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`, /was not loaded/],
    "two megabytes": [`{"format": 1, "name": "${"x".repeat(2 * 1024 * 1024)}"}`, /larger than 1 MiB/],
  };
  for (const [what, [text, rule]] of Object.entries(refused)) {
    await page.locator("input[type=file]").setInputFiles({ name: `${what}.json`, mimeType: "application/json", buffer: Buffer.from(text) });
    const notice = page.locator(".notices p", { hasText: `${what}.json was not loaded` });
    await notice.waitFor();
    assert.match(await notice.innerText(), rule, what);
    await notice.getByRole("button").click();
    assert.deepEqual(await states(page), before);
  }
  assert.deepEqual(seen.complaints, []);
  assert.ok((await dataOf(page)).families.length === 12);
  await close();
});
