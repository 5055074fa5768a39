/** What lies under a point of the canvas: a system, or the first cell of a shown family. */

import type { SpaceSystem } from "../space_contract";
import type { Family, Span } from "../types";
import type { ShownRegion } from "./badges";
import { edges } from "./hull";
import type { Spot } from "./labels";
import type { Shown } from "./layer";
import { cellIndex, type Axes, type Triple } from "./lattice";
import { firstCell } from "./picking";
import type { Sight } from "./sight";
import { extent, isKnown, markerOf } from "./systems";
import type { Tip } from "./tooltip";

/** Pixels round the middle of a marker that still mean it. */
const REACH = 16;
/** Pixels beside an edge of a box that still mean it. */
const EDGE = 5;

export interface Here {
  /** Counted from 0. */
  readonly cell: Triple;
  /** The shown families that hold the cell: the highlighted ones first, then by number. */
  readonly families: readonly Family[];
}

function kindAt(family: Family, cell: Triple, size: Triple): string {
  return family.region[cellIndex(cell, size)] ?? "0";
}

/** The first cell in sight that a highlighted family holds, else the first that any shown family holds. */
export function cellUnder(spot: Spot, shown: readonly ShownRegion[], size: Triple, sight: Sight): Here | null {
  const { origin, direction } = sight.ray(spot);
  const strong = shown.filter(({ weight }) => weight === "highlighted");
  const first = (among: readonly ShownRegion[]) =>
    firstCell(origin, direction, size, (cell) => among.some(({ region }) => kindAt(region.family, cell, size) !== "0"));
  const cell = (strong.length > 0 ? first(strong) : null) ?? first(shown);
  if (!cell) return null;
  const here = [...strong, ...shown.filter((each) => !strong.includes(each))].map(({ region }) => region.family);
  return { cell, families: here.filter((family) => kindAt(family, cell, size) !== "0") };
}

/** The system whose marker, or an edge of whose box, is under a point; within a box there are still its cells. */
export function systemUnder(spot: Spot, systems: readonly SpaceSystem[], sight: Sight): SpaceSystem | null {
  const away = (system: SpaceSystem): number =>
    isKnown(system) ? gap(spot, sight.project(markerOf(system, systems))) : boxGap(spot, system, sight);
  const found = systems.map((system) => ({ system, away: away(system) }));
  const near = found.filter((each) => each.away <= (isKnown(each.system) ? REACH : EDGE));
  return near.sort((a, b) => a.away - b.away)[0]?.system ?? null;
}

function gap(a: Spot, b: Spot): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Pixels from a point to the nearest edge of a system's box. */
function boxGap(spot: Spot, system: SpaceSystem, sight: Sight): number {
  const drawn = edges(extent(system)).map(([from, to]) => lineGap(spot, sight.project(from), sight.project(to)));
  return Math.min(...drawn);
}

/** From a point to the nearest of a line that runs between two others. */
export function lineGap(spot: Spot, from: Spot, to: Spot): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((spot.x - from.x) * dx + (spot.y - from.y) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(1, Math.max(0, along));
  return gap(spot, { x: from.x + share * dx, y: from.y + share * dy });
}

/** Whose label of a kind, "family" or "system", is under a point. */
export function idUnder(kind: string, { x, y }: Spot, shown: readonly Shown[]): string | null {
  const holds = ({ box }: Shown) =>
    x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height;
  const [own, id] = shown.find(holds)?.label.key.split(" ") ?? [];
  return own === kind ? (id ?? null) : null;
}

function level(axis: Axes[number], at: number): string {
  const name = axis.anchors[at - 1];
  return `${axis.labels[at - 1] ?? at}${name ? ` (${name})` : ""}`;
}

function levels(axis: Axes[number], [low, high]: Span): string {
  if (low === high) return `${axis.name} ${level(axis, low)}`;
  if (low === 1 && high === axis.labels.length) return `${axis.name} unknown`;
  return `${axis.name} ${level(axis, low)} to ${level(axis, high)}`;
}

function named(family: Family): string {
  return `${family.number} ${family.name}`;
}

const KINDS: Readonly<Record<string, string>> = { "1": "possible", "2": "certain" };

/** What the tooltip says of a cell. */
export function cellTip({ cell, families }: Here, axes: Axes, size: Triple): Tip | null {
  const [first, ...others] = families;
  if (!first) return null;
  const kind = (family: Family) => KINDS[kindAt(family, cell, size)] ?? "";
  const place = axes.map((axis, at) => levels(axis, [(cell[at] ?? 0) + 1, (cell[at] ?? 0) + 1])).join(" · ");
  const also = ["certain", "possible"].flatMap((each) => {
    const alike = others.filter((family) => kind(family) === each).map(named);
    return alike.length > 0 ? [`Also ${each} here:`, ...alike] : [];
  });
  return { heading: `${named(first)}: ${kind(first)}`, told: first.mechanism, lines: [place, ...also] };
}

/** What the tooltip says of a family, at its name in the space. */
export function familyTip(family: Family): Tip {
  return { heading: named(family), told: family.mechanism, lines: [] };
}

/** What the tooltip says of a system. */
export function systemTip({ label, name, spans }: SpaceSystem, axes: Axes): Tip {
  const lines = [axes.map((axis, at) => levels(axis, spans[at] ?? [1, 1])).join(" · ")];
  return { heading: `${label}: ${name}`, told: "", lines: [...lines, "A click leads to its profile."] };
}
