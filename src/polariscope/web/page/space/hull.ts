/**
 * The hull of a set of cells: the faces between a filled cell and an empty one, and the edges where faces turn.
 *
 * A `Solid` is a set of cells between planes that need not be evenly spaced, so that one solid can be a set of
 * whole levels, the same set written with fewer planes (`compress`), or the set shrunk by a distance (`inset`).
 */

import type { Triple } from "./lattice";

type Planes = readonly [readonly number[], readonly number[], readonly number[]];

export interface Solid {
  /** Along each axis where cells begin and end, rising: one more than there are cells; none of an empty solid. */
  readonly planes: Planes;
  /** 1 where a cell is filled, the last axis fastest. */
  readonly filled: Uint8Array;
}

export interface Face {
  readonly axis: number;
  /** Along the axis: 1 where it looks up it, -1 down. */
  readonly sign: 1 | -1;
  /** Counter-clockwise, seen from outside in right-handed coordinates. */
  readonly corners: readonly [Triple, Triple, Triple, Triple];
}

export type Edge = readonly [from: Triple, to: Triple];

const AXES = [0, 1, 2] as const;

/** Cells along each axis. */
export function shape(solid: Solid): Triple {
  const cells = (axis: 0 | 1 | 2) => Math.max(0, solid.planes[axis].length - 1);
  return [cells(0), cells(1), cells(2)];
}

/** A solid of unit cells, of those that `keep` keeps; it is asked by index, the last axis fastest. */
export function voxels(size: Triple, keep: (index: number) => boolean): Solid {
  const planes = (cells: number) => Array.from({ length: cells + 1 }, (_, at) => at);
  const filled = Uint8Array.from({ length: size[0] * size[1] * size[2] }, (_, index) => (keep(index) ? 1 : 0));
  return { planes: [planes(size[0]), planes(size[1]), planes(size[2])], filled };
}

/** Whether a cell is filled; beyond the planes nothing is. */
export function isFilled(solid: Solid, [i, j, k]: Triple): boolean {
  const [ni, nj, nk] = shape(solid);
  if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) return false;
  return solid.filled[(i * nj + j) * nk + k] === 1;
}

function build(planes: Planes, keep: (cell: Triple) => boolean): Solid {
  const [ni, nj, nk] = shape({ planes, filled: new Uint8Array() });
  const filled = new Uint8Array(ni * nj * nk);
  for (let i = 0, at = 0; i < ni; i++)
    for (let j = 0; j < nj; j++) for (let k = 0; k < nk; k++, at++) filled[at] = keep([i, j, k]) ? 1 : 0;
  return { planes, filled };
}

/** The filled cells of a solid. */
export function cellsOf(solid: Solid): Triple[] {
  const [ni, nj, nk] = shape(solid);
  const cells: Triple[] = [];
  for (let i = 0; i < ni; i++)
    for (let j = 0; j < nj; j++)
      for (let k = 0; k < nk; k++) if (isFilled(solid, [i, j, k])) cells.push([i, j, k]);
  return cells;
}

function moved(cell: Triple, axis: number, by: number): Triple {
  const [i, j, k] = cell;
  return [axis === 0 ? i + by : i, axis === 1 ? j + by : j, axis === 2 ? k + by : k];
}

/** The same set of points with no more planes than its faces need: a box becomes a single cell. */
export function compress(solid: Solid): Solid {
  const needed = AXES.map(() => new Set<number>());
  for (const cell of cellsOf(solid))
    for (const axis of AXES)
      for (const side of [0, 1] as const)
        if (!isFilled(solid, moved(cell, axis, 2 * side - 1))) needed[axis]?.add(cell[axis] + side);
  const [is = [], js = [], ks = []] = needed.map((indexes) => [...indexes].sort((a, b) => a - b));
  const at = (axis: 0 | 1 | 2, indexes: readonly number[]) => indexes.map((index) => solid.planes[axis][index] ?? 0);
  const keep = ([i, j, k]: Triple) => isFilled(solid, [is[i] ?? 0, js[j] ?? 0, ks[k] ?? 0]);
  return build([at(0, is), at(1, js), at(2, ks)], keep);
}

/**
 * The points of a solid that are further than a distance, in the largest of the three directions, from all that is
 * outside. Two hulls of one set, shrunk by two distances, share no face.
 *
 * @param distance Below half the thinnest cell.
 */
export function inset(solid: Solid, distance: number): Solid {
  const split = (planes: readonly number[]) => planes.flatMap((at) => [at - distance, at + distance]);
  const [is, js, ks] = solid.planes;
  // Every old plane is now a thin cell, which touches the two old cells beside it; the others touch one.
  const touched = (at: number) => (at % 2 === 0 ? [at / 2 - 1, at / 2] : [(at - 1) / 2]);
  const keep = ([i, j, k]: Triple) =>
    touched(i).every((a) => touched(j).every((b) => touched(k).every((c) => isFilled(solid, [a, b, c]))));
  return compress(build([split(is), split(js), split(ks)], keep));
}

function point(solid: Solid, [i, j, k]: Triple): Triple {
  return [solid.planes[0][i] ?? 0, solid.planes[1][j] ?? 0, solid.planes[2][k] ?? 0];
}

/** The faces of a solid, one for each filled cell and empty neighbour; together they are closed. */
export function faces(solid: Solid): Face[] {
  const found: Face[] = [];
  for (const cell of cellsOf(solid))
    for (const axis of AXES)
      for (const sign of [1, -1] as const)
        if (!isFilled(solid, moved(cell, axis, sign))) found.push(face(solid, cell, axis, sign));
  return found;
}

function face(solid: Solid, cell: Triple, axis: number, sign: 1 | -1): Face {
  const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
  const base = sign === 1 ? moved(cell, axis, 1) : cell;
  const ring = [base, moved(base, u, 1), moved(moved(base, u, 1), v, 1), moved(base, v, 1)] as const;
  const [a, b, c, d] = ring.map((each) => point(solid, each)) as [Triple, Triple, Triple, Triple];
  return { axis, sign, corners: sign === 1 ? [a, b, c, d] : [a, d, c, b] };
}

/** Whether faces turn at the line between four cells that stand round it in the order of a ring. */
function turns(around: readonly boolean[]): boolean {
  const count = around.filter(Boolean).length;
  return count % 2 === 1 || (count === 2 && around[0] === around[2]);
}

/** The edges of a solid: where faces of different direction meet. Those that continue each other are one. */
export function edges(solid: Solid): Edge[] {
  return AXES.flatMap((axis) => {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    const cells = shape(solid);
    const found: Edge[] = [];
    for (let a = 0; a <= (cells[u] ?? 0); a++)
      for (let b = 0; b <= (cells[v] ?? 0); b++)
        found.push(...runs(solid, axis, moved(moved([0, 0, 0], u, a), v, b)));
    return found;
  });
}

/** The edges along one line of the lattice. */
function runs(solid: Solid, axis: 0 | 1 | 2, line: Triple): Edge[] {
  const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
  const length = shape(solid)[axis];
  const found: Edge[] = [];
  let start = -1;
  for (let at = 0; at <= length; at++) {
    const cell = moved(line, axis, at);
    const [beside, both] = [moved(cell, u, -1), moved(moved(cell, u, -1), v, -1)];
    const ring = [cell, beside, both, moved(cell, v, -1)].map((each) => isFilled(solid, each));
    const isEdge = at < length && turns(ring);
    if (isEdge && start < 0) start = at;
    if (isEdge || start < 0) continue;
    found.push([point(solid, moved(line, axis, start)), point(solid, cell)]);
    start = -1;
  }
  return found;
}
