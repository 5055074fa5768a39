// The tour's panel covers neither its scene nor the focus, on any screen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, look, open, spaceOf, still } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const SCREENS = [[360, 740], [640, 450], [768, 1024], [1280, 800], [1600, 1000]];

async function touring(width, height) {
  const opened = await open(browser, "two.html", { viewport: { width, height }, reducedMotion: "reduce" });
  await opened.page.getByRole("button", { name: "Start the tour" }).click();
  await opened.page.locator("#space canvas").waitFor();
  return opened;
}

/** Runs in the page: where the panel is, and what is where. */
function places() {
  const box = (selector) => {
    const { left, top, right, bottom } = document.querySelector(selector).getBoundingClientRect();
    return { left, top, right, bottom };
  };
  return { panel: box(".tour-panel"), host: box("#space .host"), strip: box(".readout"), width: innerWidth, height: innerHeight };
}

const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

/** Runs in the page: whether what has the focus, or its label, can be seen at some point of it, or what hides it. */
function hidden() {
  const own = document.activeElement;
  const label = own.closest("label") ?? own;
  const { left, top, width, height } = label.getBoundingClientRect();
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + x * width, top + y * height]));
  const above = points.map(([x, y]) => document.elementFromPoint(x, y));
  return above.some((each) => each && (label.contains(each) || each.contains(label))) ? "" : label.outerHTML.slice(0, 120);
}

for (const [width, height] of SCREENS) {
  test(`the tour at ${width} x ${height}: the panel and the space are in sight, one beside or above the other`, async () => {
    const { page, close } = await touring(width, height);
    for (let scene = 1; scene <= 4; scene += 1) {
      const { panel, host, strip, ...screen } = await page.evaluate(places);
      assert.ok(apart(panel, host), `scene ${scene}: the panel covers the space`);
      assert.ok(panel.top >= strip.bottom - 1 && panel.top < screen.height / 2, `scene ${scene} begins in sight`);
      assert.ok(host.top >= strip.bottom - 1 && host.top < screen.height - 60, `the space of scene ${scene} is in sight`);
      assert.ok(panel.left >= 0 && panel.right <= screen.width);
      if (width >= 1120 || height < 576) assert.ok(panel.left >= host.right, "beside the canvas");
      if (scene < 4) await page.getByRole("button", { name: "Next" }).click();
    }
    await close();
  });

  test(`the tour at ${width} x ${height}: nothing that Tab comes to is hidden`, async () => {
    const { page, close } = await touring(width, height);
    await page.locator("#system-a").focus();
    for (let steps = 0; steps < 110; steps += 1) {
      assert.equal(await page.evaluate(hidden), "");
      await page.keyboard.press("Tab");
    }
    await close();
  });
}

test("leaving the tour brings the camera back to where it stood", async () => {
  const { page, close } = await open(browser, "two.html", { reducedMotion: "reduce" });
  await spaceOf(page);
  for (const name of ["Turn left", "Tilt up"]) await page.getByRole("button", { name }).click();
  await page.mouse.move(2, 2);
  const before = await still(page);
  await page.getByRole("button", { name: "Start the tour" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  const during = await still(page);
  await page.getByRole("button", { name: "Leave the tour" }).click();
  await spaceOf(page);
  const { differing } = await look(browser, before, await still(page));
  assert.ok(differing < 500, `${differing} pixels differ`);
  assert.ok(!during.equals(before));
  await close();
});
