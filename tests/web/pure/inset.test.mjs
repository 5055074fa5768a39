import assert from "node:assert/strict";
import { test } from "node:test";
import { chance, load } from "../load.mjs";

const { edges, inset, isFilled, voxels } = await load("space/hull.ts");
const { dashes } = await load("space/dashes.ts");
const SIZE = [4, 3, 5];

/** Whether a point is in a solid, whatever its planes are. */
function holds(solid, point) {
  const cell = point.map((each, axis) => solid.planes[axis].filter((plane) => plane <= each).length - 1);
  return isFilled(solid, cell);
}

test("the inset holds a point where the cube of that distance round it is within the solid", () => {
  const random = chance(8);
  const counts = { true: 0, false: 0 };
  for (let round = 0; round < 20; round += 1) {
    const solid = voxels(SIZE, () => random() < 0.7);
    const distance = 0.05 + random() * 0.4;
    const small = inset(solid, distance);
    for (let tries = 0; tries < 200; tries += 1) {
      const point = SIZE.map((cells) => random() * cells);
      const cube = [0, 1, 2, 3, 4, 5, 6, 7].map((way) => point.map((at, axis) => at + ((way >> axis) & 1 ? distance : -distance)));
      const within = cube.every((corner) => holds(solid, corner));
      counts[within] += 1;
      assert.equal(holds(small, point), within);
    }
  }
  assert.ok(counts.true > 100 && counts.false > 100);
});

test("an empty solid stays empty", () => {
  assert.equal(edges(inset(voxels(SIZE, () => false), 0.1)).length, 0);
});

test("dashes begin and end with the edge, lie on it, and are of one length", () => {
  const random = chance(9);
  for (let round = 0; round < 50; round += 1) {
    const length = 0.05 + random() * 8;
    const drawn = dashes([[1, 2, 3], [1, 2, 3 + length]], 0.22, 0.16);
    assert.ok(Math.abs(drawn[0][0][2] - 3) < 1e-9 && Math.abs(drawn.at(-1)[1][2] - 3 - length) < 1e-9);
    const lengths = drawn.map(([from, to]) => to[2] - from[2]);
    assert.ok(lengths.every((each) => Math.abs(each - lengths[0]) < 1e-9 && each > 0));
    if (length > 2) assert.ok(Math.abs(lengths[0] / 0.22 - 1) < 0.1, "stretched by little");
    const gaps = drawn.slice(1).map(([from], at) => from[2] - drawn[at][1][2]);
    assert.ok(gaps.every((each) => each > 0));
    assert.ok(drawn.flat().every(([b, c]) => b === 1 && c === 2));
  }
});
