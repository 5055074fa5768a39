// The address holds the state; garbage in it is ignored with a notice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataIn, launch, open, states } from "./browser.mjs";
import { load } from "./load.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** All that a reader sees of the state. */
function told(page) {
  return page.evaluate(() => ({
    states: [...document.querySelectorAll("tr.family")].map((row) => [row.id, row.hidden, row.innerText]),
    fields: [...document.querySelectorAll("[id^=field-]:is(select)")].map((each) => [each.id, each.value]),
    open: [...document.querySelectorAll("[aria-expanded=true]")].map((each) => each.id),
    drawn: [...document.querySelectorAll("input[type=checkbox]")].map((each) => each.checked),
    chosen: [...document.querySelectorAll("#system-a, #system-b, #theme, #search, #names")].map((each) => each.value),
    tour: document.querySelector(".tour-panel").innerText,
  }));
}

async function fragmentOf(page) {
  await page.waitForTimeout(500);
  return page.evaluate(() => location.hash.slice(1));
}

test("a fresh page with the same address shows the same", async () => {
  const { page, seen, close } = await open(browser, "two.html");
  await page.locator("#field-planning").selectOption("3-3");
  await page.locator("#field-tools").selectOption("1-1");
  await page.locator("#family-tool-use").click();
  await page.getByLabel("Show 5 ").click();
  await page.getByRole("button", { name: "Swap A and B" }).click();
  await page.locator("#field-metacognition").selectOption("1-2");
  await page.locator("#theme").selectOption("dark");
  await page.locator("#search").fill("plan");
  const fragment = await fragmentOf(page);
  assert.ok(fragment.length > 20);
  const again = await open(browser, "two.html", { fragment });
  assert.deepEqual(await told(again.page), await told(page));
  assert.deepEqual([...seen.complaints, ...again.seen.complaints], []);
  await again.close();
  await close();
});

test("a scene of the tour has an address", async () => {
  const { page, close } = await open(browser);
  await page.getByRole("button", { name: "Start the tour" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  const again = await open(browser, "default.html", { fragment: await fragmentOf(page) });
  assert.deepEqual(await told(again.page), await told(page));
  assert.match((await told(again.page)).tour, /2 of 4/i);
  await again.close();
  await close();
});

test("the address of a profile that only one page holds carries the profile", async () => {
  const { page, close } = await open(browser);
  const profile = { format: 1, name: "Mine", axes: { cognition: [4, 6] }, facets: { planning: "high" }, outside: { tools: true } };
  const file = { name: "mine.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(profile)) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText("Mine is now system A").waitFor();
  const before = await states(page);
  const again = await open(browser, "default.html", { fragment: await fragmentOf(page) });
  assert.deepEqual(await states(again.page), before);
  await again.close();
  await close();
});

test("a tour that is left after a reload brings back what was there before it", async () => {
  const { page, close } = await open(browser, "two.html");
  const profile = { format: 1, name: "Mine", axes: { cognition: [4, 6] }, facets: { planning: "high" } };
  const file = { name: "mine.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(profile)) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText("Mine is now system A").waitFor();
  await page.getByRole("button", { name: "Swap A and B" }).click();
  await page.locator("#field-tools").selectOption("1-1");
  await page.locator("#family-tool-use").click();
  await page.locator("#level").selectOption("3");
  const usual = await told(page);
  await page.getByRole("button", { name: "Start the tour" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  const again = await open(browser, "two.html", { fragment: await fragmentOf(page) });
  for (const each of [page, again.page]) {
    await each.getByRole("button", { name: "Leave the tour" }).click();
    const back = await told(each);
    for (const part of ["states", "open", "drawn", "chosen", "tour"]) assert.deepEqual(back[part], usual[part], part);
    assert.deepEqual(back.fields, usual.fields);
    assert.equal(await each.locator("#level").inputValue(), "3");
  }
  assert.deepEqual(again.seen.complaints, []);
  await again.close();
  await close();
});

test("an address that knew another profile under the same name says so", async () => {
  const [{ read, write }, { initial }] = [await load("fragment.ts"), await load("state.ts")];
  const data = await dataIn("two.html");
  const state = { ...initial(data), a: { system: "yours.Helper", edits: { planning: [2, 2] } }, level: 4 };
  const fragment = write(data, state);
  assert.equal(read(data, fragment, []).notice, "");
  const [helper, other] = data.systems;
  const { tools, ...rest } = helper.entries;
  const ordered = { ...helper, entries: { tools, ...rest } };
  assert.equal(read({ ...data, systems: [ordered, other] }, fragment, []).notice, "", "the order says nothing");
  for (const entries of [rest, { ...helper.entries, tools: { span: [1, 1], evidence: [] } }]) {
    const later = read({ ...data, systems: [{ ...helper, entries }, other] }, fragment, []);
    assert.match(later.notice, /Helper/);
    assert.doesNotMatch(later.notice, /Helper 2/);
    assert.deepEqual(later.state.a.edits, { planning: [2, 2] });
  }
});

test("an edit is kept even where the page is left at once", async () => {
  const { page, close } = await open(browser);
  await page.locator("#system-a").selectOption("blank");
  await fragmentOf(page);
  await page.evaluate(() => {
    const field = document.getElementById("field-tools");
    field.value = "2-2";
    field.dispatchEvent(new Event("change"));
    location.reload();
  });
  await page.waitForFunction(() => performance.getEntriesByType("navigation")[0]?.type === "reload" && document.querySelector("#field-tools"));
  assert.equal(await page.locator("#field-tools").inputValue(), "2-2");
  await close();
});

test("garbage in the address gives a notice and the page as it opens", async () => {
  const clean = await open(browser);
  const usual = await told(clean.page);
  const edition = (await clean.page.locator("header code").innerText()).slice(0, 8);
  await clean.close();
  const garbage = [
    "%%%",
    "a=%FF%FE",
    "<img src=x onerror=alert(1)>",
    `edition=${edition}&ae=planning.9`,
    `edition=${edition}&ae=planning.3-1`,
    `edition=${edition}&ae=constructor.1`,
    `edition=${edition}&ae=__proto__.1`,
    `edition=${edition}&a=nowhere`,
    `edition=${edition}&shown=toString`,
    `edition=${edition}&level=99`,
    `edition=${edition}&level=NaN`,
    `edition=${edition}&cell=0-0-0`,
    `edition=${edition}&scene=nowhere`,
    `edition=${edition}&theme=neon`,
    "edition=00000000&theme=dark",
    `edition=${edition}&q=${"x".repeat(30_000)}`,
  ];
  const { page, seen, close } = await open(browser, "default.html", { fragment: "nonsense" });
  for (const fragment of garbage) {
    const notice = page.locator(".notices p");
    await notice.waitFor();
    assert.match(await notice.innerText(), /address was ignored/, fragment.slice(0, 60));
    assert.deepEqual(await told(page), usual, fragment.slice(0, 60));
    await notice.getByRole("button").click();
    await page.evaluate((next) => (location.hash = next), fragment);
  }
  assert.deepEqual(seen, { requests: [], complaints: [] });
  await close();
});
