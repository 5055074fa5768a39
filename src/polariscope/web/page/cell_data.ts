/** What the space holds, cell by cell, as Python computed it. */

import { axesOf, cellIndex, sizeOf } from "./space/lattice";
import { bandOf } from "./spans";
import type { Cell } from "./state";
import type { Family, PageData } from "./types";

export { axesOf };

/** "0" closed, "1" possible, "2" certain. */
export function fate(data: PageData, family: Family, [b, c, i]: Cell): string {
  return family.region[cellIndex([b - 1, c - 1, i - 1], sizeOf(axesOf(data)))] ?? "0";
}

export function certainAndPossible(data: PageData, cell: Cell): readonly [certain: Family[], possible: Family[]] {
  const having = (wanted: string): Family[] => data.families.filter((family) => fate(data, family, cell) === wanted);
  return [having("2"), having("1")];
}

/** "Beingness 2 (low), Cognition 4 (middle), Intelligence 6 (high)". */
export function cellName(data: PageData, cell: Cell): string {
  const named = axesOf(data).map((axis, place) => {
    const level = cell[place] ?? 1;
    return `${axis.name} ${level} (${data.bands[bandOf(axis, level) - 1]})`;
  });
  return named.join(", ");
}
