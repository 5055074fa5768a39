import assert from "node:assert/strict";
import { test } from "node:test";
import { chance, load } from "../load.mjs";

const { firstCell } = await load("space/picking.ts");
const { cellIndex, toLattice, toWorld } = await load("space/lattice.ts");
const SIZE = [7, 7, 8];

test("the first cell on a ray is the one that fine steps along it meet first", () => {
  const random = chance(4);
  let met = 0;
  for (let round = 0; round < 300; round += 1) {
    const filled = Uint8Array.from({ length: 392 }, () => (random() < 0.1 ? 1 : 0));
    const accepts = (cell) => filled[cellIndex(cell, SIZE)] === 1;
    const origin = [0, 1, 2].map(() => (random() - 0.5) * 40);
    const direction = origin.map((at, axis) => random() * SIZE[axis] - at);
    const found = firstCell(origin, direction, SIZE, accepts);
    const stepped = byStepping(origin, direction, accepts);
    if (stepped) met += 1;
    // Steps may jump over a corner that the ray clips, never the other way round.
    if (String(found) !== String(stepped)) assert.ok(found && clips(origin, direction, found), `${found} ${stepped}`);
  }
  assert.ok(met > 100);
});

function byStepping(origin, direction, accepts) {
  for (let share = 0; share < 6; share += 1e-4) {
    const cell = origin.map((at, axis) => Math.floor(at + direction[axis] * share));
    if (cell.every((at, axis) => at >= 0 && at < SIZE[axis]) && accepts(cell)) return cell;
  }
  return null;
}

/** Whether the ray is inside the cell for less than two of the steps. */
function clips(origin, direction, cell) {
  const ends = cell.map((at, axis) => [0, 1].map((side) => (at + side - origin[axis]) / direction[axis]));
  const enter = Math.max(...ends.map((pair) => Math.min(...pair)));
  const leave = Math.min(...ends.map((pair) => Math.max(...pair)));
  return enter <= leave + 1e-12 && leave - enter < 2e-4;
}

test("world and lattice are inverse, and the last axis is the fastest", () => {
  for (const point of [[0, 0, 0], [7, 7, 8], [1.5, 2.25, 3]]) {
    assert.deepEqual(toLattice(toWorld(point, SIZE), SIZE), point);
  }
  assert.equal(cellIndex([1, 2, 3], SIZE), (1 * 7 + 2) * 8 + 3);
});
