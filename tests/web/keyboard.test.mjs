// The keyboard alone reaches every control and changes everything.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, look, open, spaceOf, states, still } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Marks what a keyboard must reach, and says how many there are. */
function mark() {
  const kinds = "a[href], button, input, select, summary, [tabindex]";
  const reachable = [...document.querySelectorAll(kinds)].filter(
    (each) => !each.disabled && each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }),
  );
  reachable.forEach((each, place) => (each.dataset.reachable = String(place)));
  return reachable.length;
}

/** What has the focus: its mark, and whether the eye can see that it has it. */
function focused() {
  const own = document.activeElement;
  const seen = [own, own.closest("label")].some((each) => {
    if (!each) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
  });
  return { place: own.dataset.reachable ?? null, seen, what: own.outerHTML.slice(0, 120) };
}

/** Tabs until an element has the focus. */
async function tabTo(page, selector) {
  for (let steps = 0; steps < 400; steps += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never came to ${selector}`);
}

test("Tab comes to every control, each is seen to have the focus, and none holds it", async () => {
  const { page, close } = await open(browser, "two.html");
  await page.locator("#family-tool-use").click();
  await spaceOf(page);
  await page.evaluate(() => (document.activeElement.blur(), scrollTo(0, 0)));
  await page.locator("body").evaluate((body) => (body.tabIndex = -1, body.focus(), body.removeAttribute("tabindex")));
  const count = await page.evaluate(mark);
  assert.ok(count > 80, `${count} controls`);
  const reached = new Set();
  for (let steps = 0; steps < count + 5; steps += 1) {
    await page.keyboard.press("Tab");
    const { place, seen, what } = await page.evaluate(focused);
    if (place === null) continue;
    assert.ok(seen, `no focus to be seen on ${what}`);
    reached.add(place);
  }
  const missed = await page.evaluate(
    (places) => [...document.querySelectorAll("[data-reachable]")].filter((each) => !places.includes(each.dataset.reachable)).map((each) => each.outerHTML.slice(0, 120)),
    [...reached],
  );
  assert.deepEqual(missed, []);
  await close();
});

test("keys choose a system, change a property, open a row, toggle a family, and try a change", async () => {
  const { page, close } = await open(browser);
  const first = await page.locator("#system-a").inputValue();
  await tabTo(page, "#system-a");
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await page.locator("#system-a").inputValue(), first);
  await page.keyboard.press("End");
  assert.equal(await page.locator("#system-a").inputValue(), "blank");

  await tabTo(page, "#family-tool-use");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#family-tool-use").getAttribute("aria-expanded"), "true");
  await tabTo(page, '[aria-label^="Show 7 "]');
  const shown = await page.getByLabel("Show 7 ").isChecked();
  await page.keyboard.press("Space");
  assert.equal(await page.getByLabel("Show 7 ").isChecked(), !shown);

  await tabTo(page, "#field-tools");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("#field-tools").inputValue(), "1-1");
  assert.equal((await states(page))["tool-use"], "closed");
  await page.keyboard.press("Shift+Tab");
  await page.evaluate(() => document.getElementById("family-tool-use").focus());
  await tabTo(page, "#details-tool-use li button");
  await page.keyboard.press("Enter");
  assert.equal((await states(page))["tool-use"], "open");
  const home = await page.evaluate(() => document.activeElement.closest("#details-tool-use") !== null);
  assert.ok(home, "the focus is not lost when the list of changes is made anew");
  await close();
});

test("keys run the tour and bring back what was there", async () => {
  const { page, close } = await open(browser);
  await tabTo(page, "#field-tools");
  await page.keyboard.press("End");
  const before = await states(page);
  await tabTo(page, "#tour li button");
  await page.keyboard.press("Enter");
  const titles = [];
  for (let scene = 1; scene <= 4; scene += 1) {
    assert.match(await page.locator(".tour-panel").innerText(), new RegExp(`${scene} of 4`, "i"));
    titles.push(await page.locator(".tour-panel h3").innerText());
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H3");
    for (let steps = 0; scene < 4 && steps < 4; steps += 1) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => document.activeElement.textContent)) === "Next") break;
    }
    if (scene < 4) await page.keyboard.press("Enter");
  }
  assert.equal(new Set(titles).size, 4);
  for (let steps = 0; steps < 4; steps += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement.textContent)) === "Leave the tour") break;
  }
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".tour-panel").isVisible(), false);
  assert.deepEqual(await states(page), before);
  await close();
});

test("arrow keys turn the space, plus and minus zoom, Home resets, and Tab leaves", async () => {
  const { page, close } = await open(browser, "default.html", { reducedMotion: "reduce" });
  const host = await spaceOf(page);
  await tabTo(page, "#space .host");
  let last = await still(page);
  const home = last;
  for (const key of ["ArrowLeft", "ArrowUp", "+", "-", "ArrowDown", "ArrowRight", "+"]) {
    await page.keyboard.press(key);
    const now = await still(page);
    assert.ok((await look(browser, last, now)).differing > 1000, `${key} changes the picture`);
    last = now;
  }
  await page.keyboard.press("Home");
  assert.ok((await look(browser, home, await still(page))).differing < 500, "Home leads back");
  await page.keyboard.press("Tab");
  assert.equal(await host.evaluate((each) => each.contains(document.activeElement)), false);
  await close();
});
