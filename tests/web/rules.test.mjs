import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dataOf, launch, material, open } from "./browser.mjs";
import { load } from "./load.mjs";

const { rows } = JSON.parse(await readFile(join(material, "expected.json"), "utf8"));
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const flat = (changes) => changes.map((moves) => moves.map(({ variable, span, text }) => [variable, ...span, text]));

test("thousands of random profiles have the same states, conditions and changes in the page as in Python", async () => {
  const { page, close } = await open(browser);
  // As text, both ways: thousands of values one by one would take the browser's driver a minute.
  const asked = JSON.stringify(rows.map((row) => row.entries));
  const told = await page.evaluate((text) => JSON.stringify(JSON.parse(text).map(window.polariscopePage.evaluate)), asked);
  const found = JSON.parse(told);
  let contradictory = 0;
  for (const [index, { entries, findings }] of rows.entries()) {
    const answer = found[index];
    const why = JSON.stringify(entries);
    assert.equal("contradiction" in answer, findings === null, why);
    if (findings === null) contradictory += 1;
    for (const [id, expected] of Object.entries(findings ?? {})) {
      assert.equal(answer.states[id], expected.state, `${id} ${why}`);
      assert.equal(answer.conditions[id], expected.conditions, `${id} ${why}`);
      assert.deepEqual(flat(answer.toOpen[id]), expected.toOpen, `${id} ${why}`);
      assert.deepEqual(flat(answer.toClose[id]), expected.toClose, `${id} ${why}`);
    }
  }
  assert.ok(rows.length >= 3000 && contradictory > 300 && contradictory < rows.length / 2);
  await close();
});

test("what decided and the amplifiers are Python's too", async () => {
  const { page, close } = await open(browser);
  const data = await dataOf(page);
  await close();
  const [{ settle }, { evaluate }] = [await load("bounds.ts"), await load("evaluate.ts")];
  for (const { entries, findings } of rows.filter((row) => row.findings)) {
    const found = evaluate(data.families, settle(data.variables, entries).spans);
    for (const [id, expected] of Object.entries(findings)) {
      assert.deepEqual(found.get(id).outcome.decided, expected.decided);
      assert.equal(found.get(id).amplifiers.join(""), expected.amplifiers);
    }
  }
});

test("every change that is offered, tried, leads to the state that it promises", async () => {
  const { page, close } = await open(browser);
  const data = await dataOf(page);
  await close();
  const { initial, tryMoves, withEdits } = await load("state.ts");
  const { view } = await load("view.ts");
  const blank = { ...initial(data), a: { system: "blank", edits: {} }, b: null };
  let tried = 0;
  for (const { entries, findings } of rows.filter((row) => row.findings).slice(0, 300)) {
    const state = withEdits(data, blank, entries);
    for (const [id, { toOpen, toClose }] of Object.entries(findings)) {
      for (const [changes, promised] of [[toOpen, "open"], [toClose, "closed"]]) {
        for (const change of changes) {
          const moves = change.map(([variable, low, high, text]) => ({ variable, span: [low, high], text }));
          const { a } = view(data, tryMoves(data, state, moves), null);
          assert.ok(!a.stale, `${id}: ${JSON.stringify([entries, change])}`);
          assert.equal(a.findings.get(id).outcome.state, promised, `${id}: ${JSON.stringify([entries, change])}`);
          tried += 1;
        }
      }
    }
  }
  assert.ok(tried > 3000);
});
