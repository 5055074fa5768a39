// What a change or an edit looks like: narrow, and in the colours that a system forces.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("at 360 px the row of a family that changed is one band", async () => {
  const { page, close } = await open(browser, "two.html", { viewport: { width: 360, height: 740 } });
  const patches = await page.locator("tr.family.changed").evaluateAll((rows) =>
    rows.map((row) => [row, ...row.children].map((each) => getComputedStyle(each).backgroundColor)),
  );
  assert.ok(patches.length > 0);
  for (const [band, ...cells] of patches) {
    assert.notEqual(band, "rgba(0, 0, 0, 0)");
    assert.ok(cells.every((each) => each === "rgba(0, 0, 0, 0)"), "no cell has a patch of its own");
  }
  await close();
});

test("in forced colours only what is edited or highlighted has its bar", async () => {
  const { page, close } = await open(browser, "default.html", { forcedColors: "active" });
  await page.locator("#field-planning").selectOption("1-1");
  await page.locator("#space .legend button").first().click();
  const bars = (selector) => page.locator(selector).evaluateAll((each) => each.map((one) => getComputedStyle(one).borderLeftColor));
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  for (const [own, rest] of [[".field.edited", ".field:not(.edited)"], [".legend .highlighted", ".legend li:not(.highlighted)"]]) {
    assert.equal((await bars(own)).length, 1);
    assert.ok((await bars(own)).every((each) => each !== ground), own);
    assert.ok((await bars(rest)).every((each) => each === ground), rest);
  }
  await close();
});
