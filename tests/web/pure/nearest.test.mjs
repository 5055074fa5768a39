import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../load.mjs";

const { distance, suggestion } = await load("nearest.ts");

test("the distance is the least number of edits", () => {
  assert.equal(distance("kitten", "sitting"), 3);
  assert.equal(distance("", "abc"), 3);
  for (const [a, b] of [["planning", "planing"], ["tools", "users"]]) assert.equal(distance(a, b), distance(b, a));
});

test("a near name is offered, a far one is not", () => {
  assert.match(suggestion("metacognision", ["metacognition", "planning"]), /metacognition\?$/);
  assert.equal(suggestion("quicksand", ["metacognition", "planning"]), "");
});
