// What an edit is called, what it sets aside, and what stands beside it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataIn, launch, open } from "./browser.mjs";
import { load } from "./load.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Where A's name stands: the strip, the profile, and the card of a family beside the space. */
async function names(page) {
  const strip = await page.locator(".names").innerText();
  const profile = await page.locator("#profile .help").first().innerText();
  return { strip, profile, card: await page.locator("#space .picked").innerText() };
}

test("an edited system is called so wherever it is named, and one that contradicts itself too", async () => {
  const { page, close } = await open(browser);
  await page.locator("#system-a").selectOption("ours.Chat assistant");
  await page.locator("#family-tool-use").click();
  await page.getByRole("button", { name: "Copy A to B" }).click();
  for (const text of Object.values(await names(page))) assert.doesNotMatch(text, /\(edited\)/);
  await page.locator("#field-tools").selectOption("2-2");
  for (const text of Object.values(await names(page))) assert.match(text, /Chat assistant \(edited\)/);
  assert.match((await names(page)).strip, /B: Chat assistant$/);
  await page.locator("#field-cognition").selectOption("1-1");
  await page.locator("#field-planning").selectOption("3-3");
  const { strip, profile } = await names(page);
  for (const text of [strip, profile]) assert.match(text, /Chat assistant \(edited\) \(not evaluated\)/);
  const why = await page.locator("tr.family td.why").allInnerTexts();
  for (const text of why) assert.match(text, /^A not evaluated\s+B (holds|fails|unknown|cannot)/);
  await close();
});

test("the name that is handed to the space is the one that the page shows", async () => {
  const [{ view }, { initial }] = [await load("view.ts"), await load("state.ts")];
  const data = await dataIn("two.html");
  const state = { ...initial(data), a: { system: "yours.Helper", edits: { tools: [1, 1] } } };
  assert.equal(view(data, state, null).a.name, "Helper (edited)");
  assert.equal(view(data, state, null).b.name, "Helper 2");
});

test("a facet set below what accepted evidence supports says that the export declines the evidence", async () => {
  const { page, close } = await open(browser, "two.html");
  await page.getByRole("button", { name: "Swap A and B" }).click();
  const said = page.locator("#field-metacognition-said");
  await page.locator("#field-metacognition").selectOption("2-2");
  assert.doesNotMatch(await said.innerText(), /declined/);
  await page.locator("#field-metacognition").selectOption("1-2");
  assert.match(await said.innerText(), /Below what run 555555555555 supports: an export will say that you declined it/);
  await page.locator("#field-planning").selectOption("1-1");
  assert.doesNotMatch(await page.locator("#field-planning-said").innerText(), /Below what run/, "it was declined already");
  await close();
});

test("a run that supports nothing is told, with its reason, at the profile that it is attached to", async () => {
  const { page, close } = await open(browser, "two.html");
  const told = page.locator("#profile").getByText("Run 888888888888 of localize, declined: It supports nothing: noise does");
  assert.equal(await told.count(), 0, "it is B's");
  await page.getByRole("button", { name: "Swap A and B" }).click();
  assert.equal(await told.count(), 1);
  await close();
});

test("where A and B differ, B's level stands beside A's, and a list names the properties", async () => {
  const { page, close } = await open(browser, "two.html");
  await page.locator("#search").fill("zzz");
  const list = page.getByText("A and B differ in: ");
  assert.equal(await list.innerText(), "A and B differ in: Cognition, Intelligence, Persistence, Metacognitive regulation, Tool access.");
  assert.match(await page.locator("#field-cognition-said").innerText(), /B: 6 \(high\)/);
  assert.match(await page.locator("#field-tools-said").innerText(), /B: unknown/);
  assert.doesNotMatch(await page.locator("#field-planning-said").innerText(), /B:/);
  await page.locator("#field-tools").selectOption("1-2");
  assert.doesNotMatch(await list.innerText(), /Tool access/);
  assert.doesNotMatch(await page.locator("#field-tools-said").innerText(), /B:/);
  await page.getByRole("button", { name: "Copy A to B" }).click();
  await page.getByText("A and B say the same of every property.").waitFor();
  await page.locator("#system-b").selectOption("");
  assert.equal(await page.locator("#profile").getByText(/A and B|B:/).count(), 0);
  await close();
});

test("the cells are cut where A lies, until another level is chosen", async () => {
  const { page, close } = await open(browser);
  const level = page.locator("#level");
  for (const [span, top] of [["4-4", "4"], ["3-5", "5"], ["1-8", "8"]]) {
    await page.locator("#system-a").selectOption("blank");
    await page.locator("#field-intelligence").selectOption(span);
    assert.equal(await level.inputValue(), top);
    assert.ok((await page.locator("button.cell.here").count()) > 0, "A is in the table");
  }
  await level.selectOption("2");
  await page.locator("#field-intelligence").selectOption("4-4");
  assert.equal(await level.inputValue(), "2");
  await close();
});

test("a name in the legend highlights its family and draws it, and pressed again does not", async () => {
  const { page, close } = await open(browser);
  await page.getByRole("button", { name: "None: draw no family" }).click();
  const name = page.locator(".legend button", { hasText: /^6 / });
  assert.equal(await name.getAttribute("aria-pressed"), "false");
  await name.click();
  assert.equal(await name.getAttribute("aria-pressed"), "true");
  assert.equal(await page.getByLabel("Draw 6 ").isChecked(), true);
  await name.click();
  assert.equal(await name.getAttribute("aria-pressed"), "false");
  assert.equal(await page.locator(".legend .highlighted").count(), 0);
  await close();
});

test("an edition with more families has room: nothing counts twelve, nothing hides below the strip", async () => {
  const { page, seen, close } = await open(browser, "larger.html", { reducedMotion: "reduce" });
  assert.equal(await page.locator("tr.family").count(), 15);
  assert.doesNotMatch(await page.locator("header").innerText(), /twelve/i);
  assert.match(await page.locator("#space .legend + .help").innerText(), /the number tells them apart/);
  await page.getByRole("link", { name: "Cells", exact: true }).click();
  const [strip, title] = await Promise.all([".readout", "#cells-title"].map((each) => page.locator(each).boundingBox()));
  assert.ok(title.y >= strip.y + strip.height, `${title.y} is under ${strip.y + strip.height}`);
  assert.deepEqual(seen, { requests: [], complaints: [] });
  await close();
});
