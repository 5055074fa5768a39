// What lies where: in the space under the pointer, and in the table of cells.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dataOf, launch, material, open, spaceOf, still } from "./browser.mjs";

const { cells } = JSON.parse(await readFile(join(material, "expected.json"), "utf8"));
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Runs in the page: the numbers of the families in each cell of a level, with those that are certain. */
function grid(level) {
  const choose = document.querySelector("#cells select");
  choose.value = String(level);
  choose.dispatchEvent(new Event("change"));
  return [...document.querySelectorAll("#cells button.cell")].map((cell) => {
    const [, b, c, i, held] = /^\D*(\d) \(\w+\), \D*(\d) \(\w+\), \D*(\d) \(\w+\): (.*)$/s.exec(cell.textContent);
    const numbers = [...held.matchAll(/(\d+)( certain)?/g)].map(([, number, sure]) => [Number(number), sure ? "open" : "undetermined"]);
    return [`${b}-${c}-${i}`, numbers];
  });
}

test("the table of cells tells of each of them what Python says of a system there", async () => {
  const { page, close } = await open(browser);
  const { families } = await dataOf(page);
  const told = new Map();
  for (let level = 1; level <= 8; level += 1) {
    for (const [cell, numbers] of await page.evaluate(grid, level)) told.set(cell, numbers);
  }
  assert.equal(told.size, 392);
  for (const [cell, expected] of Object.entries(cells)) {
    const held = families.map(({ id, number }) => [number, expected[id]]).filter(([, state]) => state !== "closed");
    assert.deepEqual(told.get(cell), held, cell);
  }
  await close();
});

test("arrow keys walk the table of cells, one stop of the Tab key", async () => {
  const { page, close } = await open(browser);
  await page.locator("#cells button.cell[tabindex='0']").focus();
  for (const key of ["ArrowUp", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown"]) await page.keyboard.press(key);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Beingness 1 .*Cognition 2 /);
  assert.equal(await page.locator("#cells button.cell[tabindex='0']").count(), 1);
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#cells .card").innerText(), /Beingness 1 .*Cognition 2 /);
  await close();
});

test("the pointer over the space is told the cell and its families, and a click tells what is in it", async () => {
  const { page, close } = await open(browser, "default.html", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "None: draw no family" }).click();
  for (const name of ["Draw 8 ", "Draw 12 "]) await page.getByLabel(name).click();
  await page.locator("#system-a").selectOption("blank");
  const host = await spaceOf(page);
  const { x, y, width, height } = await host.boundingBox();
  // Not quite the middle, where a family's own name may stand, and off the edges of A's box.
  const [middle, corner] = [[x + width * 0.35, y + height * 0.6], [x + 6, y + 6]];
  const tip = host.locator("[aria-hidden]", { hasText: /^8 .*: (possible|certain).*Also .*12 /s });
  await page.mouse.move(...middle);
  await tip.waitFor();
  assert.match(await tip.innerText(), /Beingness \d · Cognition \d · Intelligence \d/);
  const cell = /Beingness (\d) · Cognition (\d) · Intelligence (\d)/.exec(await tip.innerText()).slice(1);
  for (const id of ["robustness", "misuse"]) assert.notEqual(cells[cell.join("-")][id], "closed");
  await page.mouse.click(...middle);
  const picked = await page.locator("#space .picked").innerText();
  assert.match(picked, new RegExp(`Beingness ${cell[0]} .*Cognition ${cell[1]} .*Intelligence ${cell[2]} `));
  assert.equal(await page.locator("#cells select").inputValue(), cell[2]);
  await page.mouse.move(...corner);
  await tip.waitFor({ state: "hidden" });
  await close();
});

test("a click on a family's name in the space tells its mechanism, conditions and works", async () => {
  const { page, close } = await open(browser, "default.html", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "None: draw no family" }).click();
  await page.getByLabel("Draw 6 ").click();
  const host = await spaceOf(page);
  const { families } = await dataOf(page);
  const family = families.find(({ number }) => number === 6);
  const badge = host.locator("[aria-hidden] div:visible:has(> span)", { hasText: /^6/ });
  const { x, y, width, height } = await badge.boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
  await still(page);
  const picked = await page.locator("#space .picked").innerText();
  assert.ok(picked.includes(family.mechanism));
  for (const { text } of family.conditions) assert.ok(picked.includes(text), text);
  assert.match(picked, /Carlsmith/);
  await close();
});

test("the wheel scrolls the page until the space has the focus, then it zooms", async () => {
  const { page, close } = await open(browser, "default.html", { reducedMotion: "reduce" });
  const host = await spaceOf(page);
  const { x, y, width, height } = await host.boundingBox();
  const before = await still(page);
  const offset = () => page.evaluate(() => scrollY);
  const start = await offset();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.wheel(0, 40);
  await page.waitForFunction((was) => scrollY > was, start);
  await page.mouse.wheel(0, -40);
  await page.waitForFunction((was) => scrollY === was, start);
  await page.mouse.move(x + 2, y + 2);
  assert.ok((await still(page)).equals(before), "it did not zoom");
  await host.focus();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.wheel(0, -200);
  await page.mouse.move(x + 2, y + 2);
  assert.equal(await offset(), start);
  assert.ok(!(await still(page)).equals(before), "it zoomed");
  await close();
});
