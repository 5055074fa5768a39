import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../load.mjs";

const { contrast, inks, legible, mix } = await load("space/palette.ts");
const { familyMark } = await load("space_contract.ts");

const GROUNDS = ["light", "dark"].map((theme) => inks(theme, () => ""));

test("contrast is WCAG's: 21 between black and white, 1 with itself, and it has no direction", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#777777", "#777777"), 1);
  assert.equal(contrast("#123456", "#fedcba"), contrast("#fedcba", "#123456"));
});

test("the lines of every family stand out from the page in both themes", () => {
  for (const ground of GROUNDS)
    for (let place = 0; place < 12; place += 1)
      assert.ok(contrast(legible(familyMark(place).colour, ground), ground.page) >= 3);
});

test("a colour that stands out already stays as it is", () => {
  for (const ground of GROUNDS) assert.equal(legible(ground.ink, ground), ground.ink);
});

test("a mixture goes from one colour to the other", () => {
  assert.deepEqual([0, 0.5, 1].map((share) => mix("#000000", "#ff8040", share)), ["#000000", "#804020", "#ff8040"]);
});

test("the page's own colours are taken where they are colours, and no others", () => {
  const given = { "--page": " #ABCDEF ", "--ink": "url(x)", "--soft": "" };
  const { page, ink } = inks("dark", (property) => given[property] ?? "");
  assert.deepEqual([page, ink], ["#abcdef", GROUNDS[1].ink]);
});
