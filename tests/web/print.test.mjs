// On paper the space is a picture of its own, light and of one size, whatever the screen shows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, look, open, spaceOf, still } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Prints, and gives what stood on the paper; the events are those that a browser sends. */
async function printed(page) {
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  const sheet = page.locator(".paper canvas");
  const { width, height } = await sheet.evaluate((each) => ({ width: each.width, height: each.height }));
  const first = await sheet.evaluate((each) => [...each.getContext("2d").getImageData(2, 2, 1, 1).data]);
  const box = await sheet.boundingBox();
  const host = await page.locator("#space .host").isVisible();
  const picture = await sheet.evaluate((each) => each.toDataURL());
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  return { width, height, first, box, host, picture: Buffer.from(picture.split(",")[1], "base64") };
}

test("every screen prints the same light picture, also before the space came into sight", async () => {
  const looks = [
    { colorScheme: "light", viewport: { width: 1280, height: 900 } },
    { colorScheme: "dark", viewport: { width: 900, height: 700 } },
    { colorScheme: "dark", viewport: { width: 360, height: 740 } },
  ];
  const found = [];
  for (const options of looks) {
    const { page, seen, close } = await open(browser, "two.html", { reducedMotion: "reduce", ...options });
    await page.locator("#family-tool-use").click();
    if (options.viewport.width > 360) await spaceOf(page);
    found.push(await printed(page));
    assert.deepEqual(seen, { requests: [], complaints: [] });
    await close();
  }
  for (const { first, box, host, width, height, picture } of found) {
    assert.deepEqual(first, [255, 255, 255, 255], "white paper");
    assert.equal(host, false, "the canvas itself stays on the screen");
    assert.ok(Math.abs(box.width / box.height - width / height) < 0.02, "not squeezed");
    assert.equal(width, found[0].width);
    const { differing, colours } = await look(browser, found[0].picture, picture);
    assert.ok(colours > 100 && differing < 0.02 * width * height, `${differing} pixels differ`);
  }
});

test("after a print the screen is as before, and a browser that prints has the picture", async () => {
  const { page, close } = await open(browser, "two.html", { colorScheme: "dark", reducedMotion: "reduce" });
  await spaceOf(page);
  const before = await still(page);
  await page.evaluate(() => {
    addEventListener("beforeprint", () => (window.wasDrawn = document.querySelectorAll(".paper canvas").length));
  });
  await page.pdf();
  assert.equal(await page.evaluate(() => window.wasDrawn), 1);
  assert.equal(await page.locator(".paper canvas").count(), 0);
  const { differing, width, height } = await look(browser, before, await still(page));
  assert.ok(differing < 0.01 * width * height, `${differing} pixels differ`);
  await close();
});
