/** Two systems of coordinates: the lattice of levels, and the world that is drawn. */

import type { PageData, Variable } from "../types";

/** Three numbers in the order of the axes: Beingness, Cognition, Intelligence. In the world: x, y, z. */
export type Triple = readonly [number, number, number];

/** The three axes of an edition; each carries its own levels and bands. */
export type Axes = readonly [Variable, Variable, Variable];

/** The axes, in the order in which a family's region counts its cells. */
export function axesOf(data: PageData): Axes {
  const [beingness, cognition, intelligence] = data.variables.filter((each) => each.kind === "axis");
  if (!beingness || !cognition || !intelligence) throw new Error("the page's data lack an axis");
  return [beingness, cognition, intelligence];
}

/** Levels along each axis; 7, 7 and 8 in our edition. */
export function sizeOf(axes: Axes): Triple {
  return [axes[0].labels.length, axes[1].labels.length, axes[2].labels.length];
}

/** Where a cell stands in a region's string; cells count from 0, the last axis fastest. */
export function cellIndex([b, c, i]: Triple, size: Triple): number {
  return (b * size[1] + c) * size[2] + i;
}

/**
 * The world's place of a lattice point; level k fills k - 1 to k. Beingness rises, Intelligence runs to the
 * right and Cognition into the depth, as a reader expects who stands at the low ends of both.
 */
export function toWorld([b, c, i]: Triple, size: Triple): Triple {
  return [i - size[2] / 2, b - size[0] / 2, size[1] / 2 - c];
}

/** Inverse of `toWorld`. */
export function toLattice([x, y, z]: Triple, size: Triple): Triple {
  return [y + size[0] / 2, size[1] / 2 - z, x + size[2] / 2];
}

/** Whether a cell, counted from 0, lies in the space. */
export function isInside(cell: Triple, size: Triple): boolean {
  return cell.every((at, axis) => at >= 0 && at < (size[axis] ?? 0));
}
