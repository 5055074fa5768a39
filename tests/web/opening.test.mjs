// The page opens from a file, alone, and draws; a hostile name is a name.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, look, material, NO_GL, open, spaceOf, states, still } from "./browser.mjs";

const { hostile } = JSON.parse(await readFile(join(material, "expected.json"), "utf8"));
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

for (const name of ["default", "two", "hostile"]) {
  test(`the ${name} page opens with the network cut, asks for nothing and complains of nothing`, async () => {
    const { page, seen, close } = await open(browser, `${name}.html`);
    assert.equal(Object.values(await states(page)).filter(Boolean).length, 12);
    await spaceOf(page);
    assert.deepEqual(seen, { requests: [], complaints: [] });
    await close();
  });
}

test("the space draws, and other pixels where a family is toggled", async () => {
  const { page, close } = await open(browser);
  const host = await spaceOf(page);
  const before = await still(page);
  const { colours } = await look(browser, await host.locator("canvas").screenshot());
  assert.ok(colours > 50, `${colours} colours`);
  await page.getByRole("button", { name: "None: draw no family" }).click();
  const empty = await still(page);
  await page.getByLabel("Draw 12 ").click();
  const drawn = await still(page);
  for (const [one, other] of [[before, empty], [empty, drawn]]) {
    assert.ok((await look(browser, one, other)).differing > 1000);
  }
  await page.getByLabel("Draw 12 ").click();
  assert.ok((await look(browser, empty, await still(page))).differing < 50, "toggled back");
  await close();
});

test("the same family is toggled in the table and in the legend", async () => {
  const { page, close } = await open(browser);
  await page.getByLabel("Show 12 ").check();
  assert.equal(await page.getByLabel("Draw 12 ").isChecked(), true);
  await page.getByLabel("Draw 12 ").uncheck();
  assert.equal(await page.getByLabel("Show 12 ").isChecked(), false);
  await close();
});

test("hostile names, descriptions and evidence stand as text", async () => {
  const { page, seen, close } = await open(browser, "hostile.html");
  await page.locator("#family-tool-use").click();
  await spaceOf(page);
  const shown = await page.evaluate(() => document.body.innerText);
  assert.ok(shown.includes("<img src=x onerror=alert(1)>"), "the name is told as it is");
  assert.ok(!/[\u0000\u001b\u202e]/u.test(shown), "what would hide or reorder it is shown as its code");
  const injected = await page.evaluate(() => [
    document.querySelectorAll("img").length,
    [...document.scripts].filter((each) => each.textContent.trim().startsWith("alert")).length,
    [...document.querySelectorAll("*")].flatMap((each) => each.getAttributeNames()).filter((name) => /^on/.test(name)).length,
  ]);
  assert.deepEqual(injected, [0, 0, 0]);
  assert.deepEqual(seen, { requests: [], complaints: [] });
  const data = JSON.parse(await page.locator("#page-data").textContent());
  assert.equal(data.systems[0].name, hostile, "and kept as it is");
  await close();
});

test("without WebGL all but the canvas works, and the page says why it is missing", async () => {
  const plain = await launch(NO_GL);
  try {
    const { page, seen, close } = await open(plain);
    await page.locator("#space .host").scrollIntoViewIfNeeded();
    await page.locator("#space .callout").waitFor();
    assert.match(await page.locator("#space .callout").innerText(), /cannot be drawn here/);
    await page.locator("#system-a").selectOption({ label: "Nothing known yet" });
    assert.equal((await states(page))["tool-use"], "undetermined");
    await page.locator("#field-tools").selectOption("1-1");
    assert.equal((await states(page))["tool-use"], "closed");
    await page.getByRole("button", { name: "Start the tour" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Leave the tour" }).click();
    assert.equal((await states(page))["tool-use"], "closed");
    await page.getByRole("button", { name: "Save picture (PNG)" }).click();
    assert.match(await page.locator(".notices").innerText(), /not drawn here/);
    assert.deepEqual(seen.requests, []);
    // three says itself that there is no context; nothing else may go wrong.
    assert.deepEqual(seen.complaints.filter((each) => !/WebGL/.test(each)), []);
    await close();
  } finally {
    await plain.close();
  }
});
