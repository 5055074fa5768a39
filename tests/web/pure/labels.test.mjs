import assert from "node:assert/strict";
import { test } from "node:test";
import { chance, load } from "../load.mjs";

const { overlap, place } = await load("space/labels.ts");
const FRAME = { width: 600, height: 400 };

function wishes(random, count) {
  const spot = () => ({ x: random() * 700 - 50, y: random() * 500 - 50 });
  return Array.from({ length: count }, (_, index) => ({
    key: `label ${index}`,
    size: { width: 20 + random() * 100, height: 15 },
    priority: Math.floor(random() * 4),
    spots: [spot(), spot(), spot()],
  }));
}

test("no two labels overlap, none is cut, and none covers what is taken", () => {
  const random = chance(1);
  for (let round = 0; round < 200; round += 1) {
    const taken = [{ left: 0, top: 0, width: 150, height: 100 }];
    const boxes = [...place(wishes(random, 40), FRAME, taken).values()];
    assert.ok(boxes.length > 5);
    for (const [index, box] of boxes.entries()) {
      assert.ok(box.left >= 0 && box.top >= 0);
      assert.ok(box.left + box.width <= FRAME.width && box.top + box.height <= FRAME.height);
      for (const other of [...boxes.slice(0, index), ...taken]) assert.ok(!overlap(box, other, 2));
    }
  }
});

test("a label is hidden only where those before it leave it no place", () => {
  const random = chance(2);
  const wanted = wishes(random, 60);
  const boxes = place(wanted, FRAME);
  const at = ({ x, y }, { width, height }) => ({ left: x - width / 2, top: y - height / 2, width, height });
  const fits = (box) =>
    box.left >= 0 && box.top >= 0 && box.left + box.width <= FRAME.width && box.top + box.height <= FRAME.height;
  const hidden = wanted.filter(({ key }) => !boxes.has(key));
  assert.ok(hidden.length > 0);
  for (const wish of hidden) {
    const before = wanted.filter((each) => boxes.has(each.key) && each.priority >= wish.priority);
    for (const box of wish.spots.map((spot) => at(spot, wish.size)).filter(fits)) {
      assert.ok(before.some(({ key }) => overlap(box, boxes.get(key), 2)));
    }
  }
});
