/** Which cell a line of sight meets first: cell by cell along the ray (Amanatides & Woo 1987). */

import { isInside, type Triple } from "./lattice";

type Mutable = [number, number, number];

/** Where a ray enters and leaves the space, as multiples of its direction; null where it misses it. */
function passage(origin: Triple, direction: Triple, size: Triple): readonly [number, number] | null {
  let [near, far] = [0, Infinity];
  for (const axis of [0, 1, 2] as const) {
    const ends = [-origin[axis] / direction[axis], (size[axis] - origin[axis]) / direction[axis]];
    if (direction[axis] === 0) {
      if (origin[axis] < 0 || origin[axis] >= size[axis]) return null;
      continue;
    }
    near = Math.max(near, Math.min(...ends));
    far = Math.min(far, Math.max(...ends));
  }
  return near < far ? [near, far] : null;
}

/**
 * The first cell on a ray that is accepted; cells are unit cubes and count from 0.
 *
 * @param origin In the lattice's coordinates, inside the space or outside.
 * @param direction Of any length but 0.
 * @returns Null where the ray meets none.
 */
export function firstCell(
  origin: Triple,
  direction: Triple,
  size: Triple,
  accepts: (cell: Triple) => boolean,
): Triple | null {
  const through = passage(origin, direction, size);
  if (!through) return null;
  const cell = origin.map((at, axis) => {
    const entry = Math.floor(at + (direction[axis] ?? 0) * through[0]);
    return Math.min(Math.max(entry, 0), (size[axis] ?? 1) - 1);
  }) as Mutable;
  const step = direction.map(Math.sign) as Mutable;
  const next = cell.map((at, axis) => crossing(at, axis)) as Mutable;
  function crossing(at: number, axis: number): number {
    const along = direction[axis] ?? 0;
    return along === 0 ? Infinity : ((along > 0 ? at + 1 : at) - (origin[axis] ?? 0)) / along;
  }
  while (isInside(cell, size)) {
    if (accepts([...cell])) return [...cell];
    const axis = next.indexOf(Math.min(...next)) as 0 | 1 | 2;
    cell[axis] += step[axis];
    next[axis] = crossing(cell[axis], axis);
  }
  return null;
}
