// Times the risk page in a headless Chromium; bench/risk.py runs it and reads the JSON that it prints.
import { launch, open, SOFTWARE_GL, spaceOf } from "../tests/web/browser.mjs";

const OPENINGS = 5;
const CHANGES = 30;
// As a headless Chromium comes: only where the space is drawn does everything go through WebGL in software.
const GRAPHICS = [];

/** Runs before the page's own scripts: notes when the table stands in the document, and when that was painted. */
function watch() {
  const seen = new MutationObserver(() => {
    if (document.querySelectorAll("tr.family").length < 12) return;
    seen.disconnect();
    window.tableBuilt = performance.now();
    requestAnimationFrame(() => setTimeout(() => (window.tablePainted = performance.now())));
  });
  seen.observe(document, { childList: true, subtree: true });
}

/** Runs in the page: changes one property again and again, and waits each time until the frame after it is done. */
async function change(times) {
  const field = document.getElementById("field-planning");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const found = [];
  for (let round = 0; round < times; round += 1) {
    await new Promise((done) => setTimeout(done, 40));
    field.value = round % 2 ? "1-1" : "3-3";
    const start = performance.now();
    field.dispatchEvent(new Event("change"));
    const own = performance.now() - start;
    await frame();
    found.push({ own, painted: performance.now() - start });
  }
  return found;
}

async function openings() {
  const found = [];
  for (let round = 0; round < OPENINGS; round += 1) {
    const browser = await launch(GRAPHICS);
    const { page } = await open(browser, "default.html", { script: `(${watch})()` });
    await page.waitForFunction(() => window.tablePainted && performance.getEntriesByName("first-contentful-paint").length);
    found.push(
      await page.evaluate(() => {
        const [paint] = performance.getEntriesByName("first-contentful-paint");
        return { built: window.tableBuilt, painted: window.tablePainted, contentful: paint.startTime };
      }),
    );
    await browser.close();
  }
  return found;
}

async function changes(space) {
  const browser = await launch(space ? SOFTWARE_GL : GRAPHICS);
  const { page } = await open(browser, "two.html");
  await page.locator("#system-a").selectOption("blank");
  if (space) await spaceOf(page);
  await page.locator("#field-planning").scrollIntoViewIfNeeded();
  const found = await page.evaluate(change, CHANGES);
  await browser.close();
  return found;
}

console.log(JSON.stringify({ openings: await openings(), alone: await changes(false), beside: await changes(true) }));
