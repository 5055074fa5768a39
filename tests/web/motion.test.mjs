// The camera: labels never overlap, and nothing moves by itself where motion is reduced.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, spaceOf, still } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** The labels that are shown over the canvas, and the canvas. */
function labels() {
  const host = document.querySelector("#space .host");
  const shown = [...host.querySelectorAll("[aria-hidden] div")].filter(
    (each) => getComputedStyle(each).whiteSpace === "pre" && each.checkVisibility(),
  );
  const box = (each) => (({ left, top, right, bottom }) => ({ left, top, right, bottom }))(each.getBoundingClientRect());
  return { frame: box(host), labels: shown.map((each) => ({ text: each.textContent, ...box(each) })) };
}

const CAMERAS = [[], ["Turn left"], ["Turn left", "Tilt up"], ["Tilt down", "Tilt down"], ["Nearer", "Nearer"], ["Turn right", "Turn right", "Farther"]];

for (const width of [1280, 360]) {
  test(`no two labels overlap, whatever the camera, at ${width} px`, async () => {
    const options = { reducedMotion: "reduce", viewport: { width, height: 800 } };
    const { page, close } = await open(browser, "two.html", options);
    await page.getByRole("button", { name: "All: draw every family" }).click();
    await spaceOf(page);
    for (const presses of CAMERAS) {
      for (const name of presses) await page.getByRole("button", { name }).click();
      await still(page);
      const { frame, labels: shown } = await page.evaluate(labels);
      assert.ok(shown.length >= 5, `${shown.length} labels`);
      for (const [index, one] of shown.entries()) {
        assert.ok(one.left >= frame.left - 1 && one.right <= frame.right + 1, `${one.text} is cut`);
        assert.ok(one.top >= frame.top - 1 && one.bottom <= frame.bottom + 1, `${one.text} is cut`);
        for (const other of shown.slice(index + 1)) {
          const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
          assert.ok(apart, `${one.text} overlaps ${other.text} after ${presses}`);
        }
      }
    }
    await close();
  });
}

/** How many places a label has in the half second after a scene of the tour is begun, frame by frame. */
async function places(page) {
  await page.evaluate(() => {
    const host = document.querySelector("#space .host");
    const seen = new Set();
    const watch = () => {
      const at = [...host.querySelectorAll("[aria-hidden] div")].map((each) => each.style.transform).join();
      seen.add(at);
      window.placesSeen = seen.size;
      requestAnimationFrame(watch);
    };
    watch();
  });
  await page.getByRole("button", { name: "Tilt up" }).click();
  await still(page);
  return page.evaluate(() => window.placesSeen);
}

test("the camera flies, and where motion is reduced it is there at once", async () => {
  const count = {};
  for (const reducedMotion of ["no-preference", "reduce"]) {
    const { page, close } = await open(browser, "default.html", { reducedMotion });
    await spaceOf(page);
    count[reducedMotion] = await places(page);
    await close();
  }
  assert.equal(count.reduce, 2, "before and after");
  assert.ok(count["no-preference"] > 2, `${count["no-preference"]} places`);
});

test("where motion is reduced nothing on the page is animated", async () => {
  const { page, close } = await open(browser, "default.html", { reducedMotion: "reduce" });
  await spaceOf(page);
  await page.locator("#field-tools").selectOption("1-1");
  await page.locator("#family-tool-use").click();
  await page.getByRole("button", { name: "Start the tour" }).click();
  const running = await page.evaluate(() => document.getAnimations().filter((each) => each.effect.getComputedTiming().duration > 1).length);
  assert.equal(running, 0);
  await close();
});

/** Runs in the page: changes A frame by frame; how often the list and the space followed, and what A is called there. */
async function hurry(times) {
  const host = document.querySelector("#space .host");
  const label = () => [...host.querySelectorAll("[aria-hidden] div")].find((each) => / A: /.test(each.textContent)).textContent;
  const field = document.getElementById("field-tools");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const seen = { list: 0, space: 0 };
  let [listed, drawn] = [field.value, label()];
  for (let round = 0; round < times; round += 1) {
    field.value = ["2-2", "1-1"][round % 2];
    field.dispatchEvent(new Event("change"));
    await frame();
    const [now, there] = [document.querySelector(".readout .names").textContent, label()];
    seen.list += Number(now !== listed);
    seen.space += Number(there !== drawn);
    [listed, drawn] = [now, there];
  }
  return seen;
}

test("changes in a hurry are in the list at once, and in the space when they pause", async () => {
  const { page, close } = await open(browser, "default.html", { reducedMotion: "reduce" });
  await page.locator("#system-a").selectOption("ours.Chat assistant");
  await spaceOf(page);
  // Every second one is no edit: tools are off in that profile, and the name says so each time.
  const { list, space } = await page.evaluate(hurry, 11);
  assert.ok(list >= 10, `the list followed ${list} times`);
  assert.equal(space, 0);
  await page.locator("#space [aria-hidden] div", { hasText: /A: Chat assistant \(edited\)/ }).first().waitFor();
  await close();
});
