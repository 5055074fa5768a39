// A change in the editor is what the table then tells, for A and for B.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataOf, launch, open, states } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** What the page's own look-up says of what its editor shows. */
async function evaluated(page) {
  const entries = await page.evaluate(() => {
    const fields = [...document.querySelectorAll("select[id^=field-]")];
    return Object.fromEntries(fields.map((each) => [each.id.slice("field-".length), each.value.split("-").map(Number)]));
  });
  return page.evaluate((each) => window.polariscopePage.evaluate(each), entries);
}

/** Runs in the page: makes every choice of a property in turn; those after which the table tells otherwise. */
function choose(id) {
  const field = document.getElementById(`field-${id}`);
  const entries = () => {
    const fields = [...document.querySelectorAll("select[id^=field-]")];
    return Object.fromEntries(fields.map((each) => [each.id.slice("field-".length), each.value.split("-").map(Number)]));
  };
  const wrong = [];
  const choices = [...field.options].map((option) => option.value);
  for (const value of choices) {
    field.value = value;
    field.dispatchEvent(new Event("change"));
    const answer = window.polariscopePage.evaluate(entries());
    const told = [...document.querySelectorAll("tr.family td.a")].map((cell) => cell.querySelector(".state")?.textContent);
    const right = "contradiction" in answer
      ? document.querySelector(".wrong") !== null && document.querySelectorAll("tr.family td.a span.stale").length === 12
      : document.querySelector(".wrong") === null && String(told) === String(Object.values(answer.states));
    if (!right) wrong.push([value, told, answer]);
  }
  return { wrong, choices: choices.length };
}

test("every choice of every property is at once what the table tells", async () => {
  const { page, seen, close } = await open(browser);
  for (const system of ["ours.Chat assistant", "blank"]) {
    for (const { id } of (await dataOf(page)).variables) {
      await page.locator("#system-a").selectOption(system);
      const { wrong, choices } = await page.evaluate(choose, id);
      assert.deepEqual(wrong, [], id);
      assert.ok(choices >= 3);
    }
  }
  assert.deepEqual(seen.complaints, []);
  await close();
});

test("what was edited as A stays so as B, and can be edited again there by turns", async () => {
  const { page, close } = await open(browser, "two.html");
  await page.locator("#field-tools").selectOption("1-1");
  const first = (await evaluated(page)).states;
  await page.getByRole("button", { name: "Swap A and B" }).click();
  assert.deepEqual(await states(page, "b"), first);
  await page.locator("#field-planning").selectOption("1-1");
  const second = (await evaluated(page)).states;
  assert.deepEqual(await states(page, "a"), second);
  await page.getByRole("button", { name: "Swap A and B" }).click();
  assert.deepEqual(await states(page, "a"), first);
  assert.deepEqual(await states(page, "b"), second);
  await close();
});

test("comparison says what opened and closed, and only that", async () => {
  const { page, close } = await open(browser, "two.html");
  const [a, b] = [await states(page, "a"), await states(page, "b")];
  const told = await page.evaluate(() =>
    [...document.querySelectorAll("tr.family")].map((row) => [row.querySelector("button").id.replace("family-", ""), row.querySelector("td.change").innerText]),
  );
  for (const [id, text] of told) {
    const opened = a[id] === "closed" && b[id] === "open";
    const closed = a[id] === "open" && b[id] === "closed";
    assert.equal(/opened/i.test(text), opened, id);
    assert.equal(/closed/i.test(text), closed, id);
    assert.equal(text.trim() === "", a[id] === b[id], id);
  }
  await close();
});

test("a contradiction is told where it is, evaluates nothing, and is mended by its own buttons", async () => {
  for (const mend of [/^Raise /, /^Lower /]) {
    const { page, close } = await open(browser);
    await page.locator("#system-a").selectOption("blank");
    await page.locator("#field-cognition").selectOption("1-1");
    await page.locator("#field-planning").selectOption("3-3");
    assert.match(await page.locator(".wrong").innerText(), /bounds its facets/);
    assert.match(await page.locator("tr.family td.a").first().innerText(), /not evaluated/);
    await page.locator(".wrong").getByRole("button", { name: mend }).click();
    assert.equal(await page.locator(".wrong").count(), 0);
    assert.deepEqual(await states(page), (await evaluated(page)).states);
    await close();
  }
});

test("a try-it button leads where it says", async () => {
  const { page, close } = await open(browser);
  await page.locator("#system-a").selectOption("blank");
  for (const [heading, promised] of [[/would open it/, "open"], [/would close it/, "closed"]]) {
    await page.locator("#family-deceptive-alignment").evaluate((each) => each.getAttribute("aria-expanded") === "true" || each.click());
    const part = page.locator("#details-deceptive-alignment h3", { hasText: heading }).locator("xpath=following-sibling::ul[1]");
    await part.getByRole("button", { name: /Try it/ }).first().click();
    assert.equal((await states(page))["deceptive-alignment"], promised);
    assert.match(await page.locator(".notices").innerText(), new RegExp(`is now ${promised}`));
  }
  await close();
});

test("search and filters list what they say", async () => {
  const { page, close } = await open(browser);
  const listed = () => page.locator("tr.family:visible").count();
  await page.locator("#search").fill("corrigib");
  assert.ok((await listed()) >= 1 && (await listed()) < 12);
  await page.locator("#search").fill("zzz");
  assert.equal(await listed(), 0);
  await page.getByRole("button", { name: "Clear" }).click();
  assert.equal(await listed(), 12);
  await page.getByLabel("open", { exact: true }).check();
  assert.equal(await listed(), Object.values(await states(page)).filter((state) => state === "open").length);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByLabel("starred (*) only").check();
  assert.equal(await listed(), (await dataOf(page)).families.filter(({ external }) => external === "yes").length);
  await close();
});
