/** A line cut into dashes, so that both of its ends are drawn: the corners of a dashed hull stay whole. */

import type { Edge } from "./hull";
import type { Triple } from "./lattice";

function between(from: Triple, to: Triple, share: number): Triple {
  const at = (axis: 0 | 1 | 2) => from[axis] + (to[axis] - from[axis]) * share;
  return [at(0), at(1), at(2)];
}

/**
 * Dashes and gaps in turn, first and last a dash; both are stretched alike, so that they come out even.
 *
 * @param dash Wished length of a dash, in the unit of the edge.
 * @param gap Wished length of a gap.
 */
export function dashes([from, to]: Edge, dash: number, gap: number): Edge[] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
  const count = Math.max(1, Math.round((length + gap) / (dash + gap)));
  const total = count * dash + (count - 1) * gap;
  return Array.from({ length: count }, (_, at) => {
    const start = at * (dash + gap);
    return [between(from, to, start / total), between(from, to, (start + dash) / total)];
  });
}
