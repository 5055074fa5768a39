import assert from "node:assert/strict";
import { test } from "node:test";
import { chance, load } from "../load.mjs";

const { cellsOf, compress, edges, faces, inset, voxels } = await load("space/hull.ts");
const SIZE = [7, 7, 8];

function blobs() {
  const random = chance(3);
  const box = ([b, c, i]) => (index) => Math.floor(index / 56) < b && (Math.floor(index / 8) % 7) < c && index % 8 < i;
  const boxes = [[7, 7, 8], [1, 1, 1], [3, 7, 2]].map((corner) => voxels(SIZE, box(corner)));
  return [...boxes, ...[0.1, 0.5, 0.9].map((share) => voxels(SIZE, () => random() < share)), voxels(SIZE, () => false)];
}

/** Volume by the sum of cells, and by the divergence theorem over the faces. */
function volumes(solid) {
  const width = (axis, at) => solid.planes[axis][at + 1] - solid.planes[axis][at];
  const cells = cellsOf(solid).map((cell) => [0, 1, 2].reduce((product, axis) => product * width(axis, cell[axis]), 1));
  const through = faces(solid).map(({ axis, sign, corners }) => {
    const extent = (along) => Math.max(...corners.map((p) => p[along])) - Math.min(...corners.map((p) => p[along]));
    return (sign * corners[0][axis] * extent((axis + 1) % 3) * extent((axis + 2) % 3)) / 3;
  });
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  return [sum(cells), sum(through)];
}

test("the faces close the solid: they hold its volume, and look outwards", () => {
  for (const solid of blobs()) {
    const [cells, through] = volumes(solid);
    assert.ok(Math.abs(cells - through) < 1e-9);
  }
});

test("written with fewer planes it is the same set of points", () => {
  for (const solid of blobs()) {
    const small = compress(solid);
    const points = (each) => new Set([...inside(each)].map(String));
    assert.deepEqual(points(small), points(solid));
  }
  assert.equal(cellsOf(compress(voxels(SIZE, () => true))).length, 1);
});

function* inside(solid) {
  for (const [i, j, k] of cellsOf(solid)) {
    const levels = (axis, at) => {
      const [from, to] = [solid.planes[axis][at], solid.planes[axis][at + 1]];
      return Array.from({ length: to - from }, (_, step) => from + step);
    };
    for (const b of levels(0, i)) for (const c of levels(1, j)) for (const e of levels(2, k)) yield [b, c, e];
  }
}

test("a box has 12 edges, and shrinks on all sides", () => {
  const full = compress(voxels(SIZE, () => true));
  assert.equal(edges(full).length, 12);
  const [volume] = volumes(inset(full, 0.25));
  assert.ok(Math.abs(volume - 6.5 * 6.5 * 7.5) < 1e-9);
});
