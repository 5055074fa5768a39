/** What lies under a point of the canvas: a system, or the first cell of a shown family. */

import type { SpaceSystem } from "../space_contract";
import type { Family, Span } from "../types";
import type { ShownRegion } from "./badges";
import type { Spot } from "./labels";
import type { Shown } from "./layer";
import { cellIndex, type Axes, type Triple } from "./lattice";
import { firstCell } from "./picking";
import type { Sight } from "./sight";
import { isKnown, markerOf } from "./systems";
import type { Tip } from "./tooltip";

/** Pixels round the middle of a marker that still mean it. */
const REACH = 16;

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

/** The system whose marker is under a point. */
export function systemUnder(spot: Spot, systems: readonly SpaceSystem[], sight: Sight): SpaceSystem | null {
  const distance = (system: SpaceSystem) => {
    const { x, y } = sight.project(markerOf(system, systems));
    return Math.hypot(x - spot.x, y - spot.y);
  };
  const near = systems.filter((each) => isKnown(each) && distance(each) <= REACH);
  return near.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** The label under a point. */
export function labelUnder({ x, y }: Spot, shown: readonly Shown[]): Shown | null {
  const holds = ({ box }: Shown) =>
    x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height;
  return shown.find(holds) ?? null;
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
  return { heading: `${named(first)}: ${kind(first)}`, lines: [place, ...also] };
}

/** What the tooltip says of a system. */
export function systemTip({ label, name, spans }: SpaceSystem, axes: Axes): Tip {
  const lines = [axes.map((axis, at) => levels(axis, spans[at] ?? [1, 1])).join(" · ")];
  return { heading: `${label}: ${name}`, lines };
}
