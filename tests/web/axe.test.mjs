// No violation that axe-core finds, in every look and every state of the page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch, open, spaceOf } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const LOOKS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "360 px wide": { viewport: { width: 360, height: 740 } },
  "dark, 360 px wide": { colorScheme: "dark", viewport: { width: 360, height: 740 } },
};

/** One after the other, in one page. */
const STATES = {
  "as it opens": async () => {},
  "with details open": async (page) => {
    for (const id of ["tool-use", "deceptive-alignment"]) await page.locator(`#family-${id}`).click();
    for (const each of await page.locator("#profile details > summary").all()) await each.click();
  },
  "during the tour": (page) => page.getByRole("button", { name: "Start the tour" }).click(),
  "with a contradiction": async (page) => {
    await page.getByRole("button", { name: "Leave the tour" }).click();
    await page.locator("#system-a").selectOption("blank");
    await page.locator("#field-cognition").selectOption("1-1");
    await page.locator("#field-planning").selectOption("3-3");
    await page.locator(".wrong").first().waitFor();
  },
};

/** Runs axe in the page, which its policy does not forbid to a script that the browser itself puts there. */
async function violations(page) {
  const { violations: found } = await page.evaluate(() => window.axe.run(document));
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 5).map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`);
}

for (const [look, options] of Object.entries(LOOKS)) {
  test(`no violation: ${look}`, async () => {
    const { page, close } = await open(browser, "two.html", { ...options, reducedMotion: "reduce", script: axe });
    await spaceOf(page);
    for (const [state, reach] of Object.entries(STATES)) {
      await reach(page);
      assert.deepEqual(await violations(page), [], state);
    }
    await close();
  });
}

test("at 360 px nothing but tables in their own frame is wider than the screen", async () => {
  const { page, close } = await open(browser, "two.html", LOOKS["360 px wide"]);
  await spaceOf(page);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  await close();
});
