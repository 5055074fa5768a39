import assert from "node:assert/strict";
import { test } from "node:test";
import { chance, load } from "../load.mjs";

const { edges, faces, isFilled, voxels } = await load("space/hull.ts");
const SIZE = [4, 3, 5];

const all = (size) => voxels(size, () => true);

test("a cube has 6 faces, a box of two cells 10, and both 12 edges", () => {
  assert.deepEqual([faces(all([1, 1, 1])).length, edges(all([1, 1, 1])).length], [6, 12]);
  assert.deepEqual([faces(all([2, 1, 1])).length, edges(all([2, 1, 1])).length], [10, 12]);
});

/** The unit steps of the lattice at which faces of two directions, or four faces, meet; found from the faces alone. */
function turnsOf(solid) {
  const beside = new Map();
  for (const { axis, sign, corners } of faces(solid)) {
    corners.forEach((from, at) => {
      const key = [from, corners[(at + 1) % 4]].map(String).sort().join(" ");
      beside.set(key, [...(beside.get(key) ?? []), axis * sign + 10 * sign]);
    });
  }
  for (const around of beside.values()) assert.ok(around.length % 2 === 0, "closed: no face ends alone");
  return [...beside].filter(([, around]) => new Set(around).size > 1).map(([key]) => key);
}

function steps([from, to]) {
  const axis = [0, 1, 2].find((each) => from[each] !== to[each]);
  const at = (along) => from.map((each, own) => (own === axis ? along : each));
  const count = to[axis] - from[axis];
  return Array.from({ length: count }, (_, step) => [at(from[axis] + step), at(from[axis] + step + 1)].map(String).sort().join(" "));
}

test("edges are just where the direction of the faces changes, each drawn once", () => {
  const random = chance(5);
  for (const share of [0.05, 0.3, 0.5, 0.8, 1]) {
    const solid = voxels(SIZE, () => random() < share);
    const drawn = edges(solid).flatMap(steps);
    assert.equal(new Set(drawn).size, drawn.length);
    assert.deepEqual(drawn.sort(), turnsOf(solid).sort());
  }
});

test("edges that continue each other are one: none ends where another of its line begins", () => {
  const random = chance(6);
  const solid = voxels(SIZE, () => random() < 0.5);
  const axisOf = ([from, to]) => [0, 1, 2].find((each) => from[each] !== to[each]);
  const ends = new Set(edges(solid).map((edge) => `${axisOf(edge)} ${edge[1]}`));
  for (const edge of edges(solid)) assert.ok(!ends.has(`${axisOf(edge)} ${edge[0]}`));
});

test("faces look outwards, and their corners run counter-clockwise", () => {
  const random = chance(7);
  const solid = voxels(SIZE, () => random() < 0.5);
  for (const { axis, sign, corners } of faces(solid)) {
    const [a, b, c] = corners;
    const [u, v] = [b.map((each, at) => each - a[at]), c.map((each, at) => each - b[at])];
    const cross = [0, 1, 2].map((at) => u[(at + 1) % 3] * v[(at + 2) % 3] - u[(at + 2) % 3] * v[(at + 1) % 3]);
    assert.deepEqual(cross.map((each) => each + 0), [0, 1, 2].map((at) => (at === axis ? sign : 0)));
    const middle = [0, 1, 2].map((at) => corners.reduce((sum, corner) => sum + corner[at], 0) / 4);
    const beside = (by) => middle.map((each, at) => Math.floor(each + (at === axis ? by * sign : 0)));
    assert.deepEqual([isFilled(solid, beside(-0.5)), isFilled(solid, beside(0.5))], [true, false]);
  }
});
