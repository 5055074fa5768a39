// What the space tells of what is under the pointer, in place: families, cells and systems, by the page's names.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataOf, launch, open, spaceOf, still } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const STILL = { reducedMotion: "reduce" };

/** The label of a system in the space. */
function labelOf(host, side) {
  return host.locator("[aria-hidden] div:visible", { hasText: new RegExp(`^[●◆▢] ${side}: `) }).last();
}

async function middleOf(locator) {
  const { x, y, width, height } = await locator.boundingBox();
  return [x + width / 2, y + height / 2];
}

/** A place that neither a label nor a box lies on, and the tooltip there. */
async function overCell(page, host) {
  await page.getByRole("button", { name: "All: draw every family" }).click();
  await page.locator("#system-a").selectOption("blank");
  await still(page);
  const { x, y, width, height } = await host.boundingBox();
  for (const [across, down] of [[0.42, 0.58], [0.45, 0.5], [0.5, 0.62], [0.4, 0.45], [0.55, 0.55]]) {
    const at = [x + width * across, y + height * down];
    await page.mouse.move(...at);
    const tip = host.locator("[aria-hidden]", { hasText: /: (possible|certain)\D.*Beingness \d · / }).last();
    if (await tip.isVisible()) return { at, tip };
  }
  return assert.fail("no place over a cell");
}

test("a tip tells the mechanism in two lines, and a click on a cell tells all of it in place", async () => {
  const { page, close } = await open(browser, "default.html", STILL);
  const { families, works } = await dataOf(page);
  const host = await spaceOf(page);
  await page.locator("#space .legend button").nth(5).click();
  assert.match(await page.locator("#space .picked h3").innerText(), /^6 /);
  const { at, tip } = await overCell(page, host);
  const told = await tip.evaluate((each) => each.closest("[aria-hidden]").innerText);
  const number = Number(/^(\d+) /m.exec(told)[1]);
  const { mechanism } = families.find((each) => each.number === number);
  const line = host.locator("[aria-hidden] div", { hasText: mechanism }).last();
  const { height } = await line.boundingBox();
  const lineHeight = await line.evaluate((each) => Number.parseFloat(getComputedStyle(each).lineHeight));
  assert.ok(height > 0 && height <= 2 * lineHeight + 1, `${height} px of lines of ${lineHeight}`);

  const offset = await page.evaluate(() => scrollY);
  await page.mouse.click(...at);
  const picked = page.locator("#space .picked");
  assert.match(await picked.locator("h3").innerText(), /^Beingness \d/, "the cell, and no card of a family any more");
  const folds = picked.locator("details.fold");
  assert.ok((await folds.count()) > 1);
  const title = await folds.last().locator("summary").innerText();
  const family = families.find((each) => title === `${each.number} ${each.name}`);
  assert.equal(await folds.last().locator("ul").isVisible(), false);
  await folds.last().locator("summary").click();
  const text = await folds.last().innerText();
  assert.ok(text.includes(family.mechanism));
  for (const condition of family.conditions) assert.ok(text.includes(condition.text), condition.text);
  assert.match(text, /(holds|fails|unknown)/);
  for (const id of family.works) assert.ok(text.includes(`${works[id].authors} ${works[id].year}`));
  assert.ok(Math.abs((await page.evaluate(() => scrollY)) - offset) < 900 && (await picked.isVisible()));

  await page.locator("#field-tools").selectOption("2-2");
  assert.equal(await folds.last().getAttribute("open"), "", "an edit leaves it open");
  await close();
});

test("a system's label, marker and box tell where it is, and lead to its profile", async () => {
  const { page, close } = await open(browser, "default.html", STILL);
  await page.getByRole("button", { name: "None: draw no family" }).click();
  await page.locator("#system-a").selectOption("blank");
  for (const [id, span] of [["beingness", "1-1"], ["cognition", "4-4"], ["intelligence", "4-4"]])
    await page.locator(`#field-${id}`).selectOption(span);
  await page.locator("#system-b").selectOption("blank");
  const host = await spaceOf(page);
  const { x, y, width, height } = await host.boundingBox();
  const tipOf = (side) => host.locator("[aria-hidden]", { hasText: new RegExp(`^${side}: .*its profile`, "s") });
  const leads = async (at, side) => {
    await page.mouse.move(x + 3, y + 3);
    await page.mouse.move(...at);
    await tipOf(side).waitFor();
    await page.mouse.click(...at);
    assert.equal(await page.evaluate(() => document.activeElement.id), "profile");
    await page.evaluate(() => document.activeElement.blur());
    await host.scrollIntoViewIfNeeded();
    await page.mouse.move(2, 2);
    await still(page);
  };
  for (const side of ["A", "B"]) {
    await spaceOf(page);
    await leads(await middleOf(labelOf(host, side)), side);
  }
  // Along a line across the canvas there is an edge of B's box, which is the whole space, and the marker of A.
  const found = new Set();
  await spaceOf(page);
  const now = await host.boundingBox();
  const places = Array.from({ length: 90 }, (_, step) => [now.x + (now.width * step) / 90, now.y + now.height * 0.6]);
  const labels = await Promise.all(["A", "B"].map((side) => labelOf(host, side).boundingBox()));
  for (const [px, py] of places) {
    if (labels.some((box) => px >= box.x && px <= box.x + box.width && py >= box.y && py <= box.y + box.height)) continue;
    await page.mouse.move(px, py);
    if (await tipOf("B").isVisible()) found.add("B");
  }
  assert.ok(found.has("B"), "an edge of the box has a tip");
  await close();
});

test("labels have the page's name of a system, and one that is not evaluated is drawn otherwise", async () => {
  const { page, close } = await open(browser, "default.html", STILL);
  await page.locator("#system-a").selectOption("blank");
  await page.getByRole("button", { name: "None: draw no family" }).click();
  const host = await spaceOf(page);
  await page.locator("#field-cognition").selectOption("1-1");
  await spaceOf(page);
  const name = /\(edited\)$/;
  assert.match(await labelOf(host, "A").innerText(), name);
  const border = () => labelOf(host, "A").evaluate((each) => getComputedStyle(each.closest("div")).borderTopStyle);
  assert.equal(await border(), "solid");
  const evaluated = await still(page);
  await page.locator("#field-planning").selectOption("3-3");
  await spaceOf(page);
  assert.match(await labelOf(host, "A").innerText(), /\(edited\) \(not evaluated\)$/);
  assert.equal(await border(), "dashed");
  assert.ok(!(await still(page)).equals(evaluated));
  await close();
});
