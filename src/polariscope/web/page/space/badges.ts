/** Labels of families and systems: on an edge of a family's hull, like a number on a contour line; at a marker. */

import type { SpaceSystem } from "../space_contract";
import type { Wanted } from "./axes";
import { edges, type Edge, type Solid } from "./hull";
import type { Box, Size, Spot } from "./labels";
import type { Triple } from "./lattice";
import { contrast, legible, type Inks } from "./palette";
import type { Region, Weight } from "./regions";
import type { Sight } from "./sight";
import { extent, isKnown, markerOf } from "./systems";
import { shortened, type Badge, type Label } from "./text";

/** As many families are named in the space, where it is wide enough; others are numbered, and the table names them. */
const NAMED = { most: 3, width: 520 } as const;
/** Characters of a name, and of a system's where the canvas is narrow. */
const MOST = 40;
const NARROW = 18;
/** Shares of an edge at which a label may sit. */
const SEATS = [0.5, 0.3, 0.7, 0.15, 0.85] as const;

export interface ShownRegion {
  readonly region: Region;
  readonly weight: Weight;
  /** As it is drawn. */
  readonly outline: Solid;
}

function seat([from, to]: Edge, share: number): Triple {
  const at = (axis: 0 | 1 | 2) => from[axis] + (to[axis] - from[axis]) * share;
  return [at(0), at(1), at(2)];
}

/** Points on a hull's edges, the middles of near edges first; the far half of the hull is left out. */
function seats(solid: Solid, sight: Sight): Triple[] {
  const all = edges(solid).flatMap((edge) => SEATS.map((share, rank) => ({ point: seat(edge, share), rank })));
  const scored = all.map(({ point, rank }) => ({ point, score: sight.distance(point) + 0.8 * rank }));
  scored.sort((a, b) => a.score - b.score);
  return scored.slice(0, Math.ceil(scored.length / 2)).map(({ point }) => point);
}

/** A family's number in a disc of its colour. */
export function badgeOf({ family: { number }, mark: { colour: fill } }: Region): Badge {
  return { text: String(number), fill, ink: contrast(fill, "#000000") > 5 ? "#000000" : "#ffffff" };
}

function familyLabel({ region, weight }: ShownRegion, mayName: boolean, inks: Inks): Label {
  const { family, mark } = region;
  const isNamed = weight === "highlighted" || (mayName && weight === "plain");
  return {
    key: `family ${family.id}`,
    text: isNamed ? shortened(family.name, MOST) : "",
    badge: badgeOf(region),
    style: "chip",
    tone: legible(mark.colour, inks),
    priority: weight === "highlighted" ? 95 : 70,
  };
}

/** A label for each family that is shown. */
export function familyLabels(shown: readonly ShownRegion[], inks: Inks, sight: Sight): Wanted[] {
  const mayName = shown.length <= NAMED.most && sight.frame.width >= NAMED.width;
  return shown.map((each) => ({
    label: familyLabel(each, mayName, inks),
    spots: () => seats(each.outline, sight).map((point) => sight.project(point)),
  }));
}

/** A name that keeps what the page adds to its end, such as "(edited)", when it is shortened to so many characters. */
function named(name: string, most: number): string {
  const [, own = name, added = ""] = /^(.*?)((?: \((?:edited|not evaluated)\))*)$/su.exec(name) ?? [];
  return shortened(own, most) + added;
}

const MARKS = { A: "●", B: "◆" } as const;

function systemLabel(system: SpaceSystem, { width }: Size): Label {
  const mark = isKnown(system) ? MARKS[system.label] : "▢";
  const text = `${mark} ${system.label}: ${named(system.name, width < NAMED.width ? NARROW : MOST)}`;
  const dashed = !system.evaluated;
  return { key: `system ${system.label}`, text, style: "chip", dashed, priority: system.label === "A" ? 101 : 100 };
}

/** Right, left, above, below of a point, at a distance in pixels. */
function around({ x, y }: Spot, { width, height }: Size, away: number): Spot[] {
  const [across, down] = [width / 2 + away, height / 2 + away];
  return [
    { x: x + across, y },
    { x: x - across, y },
    { x, y: y - down },
    { x, y: y + down },
    { x: x + across, y: y - down },
    { x: x - across, y: y - down },
  ];
}

/** Half the side of the square round a marker that labels leave free, in pixels. */
const CLEAR = 12;

/** What the markers cover. */
export function markerBoxes(systems: readonly SpaceSystem[], sight: Sight): Box[] {
  return systems.filter(isKnown).map((system) => {
    const { x, y } = sight.project(markerOf(system, systems));
    return { left: x - CLEAR, top: y - CLEAR, width: 2 * CLEAR, height: 2 * CLEAR };
  });
}

/** A label for each system: at its marker, or on an edge of its box. */
export function systemLabels(systems: readonly SpaceSystem[], sight: Sight): Wanted[] {
  return systems.map((system) => ({
    label: systemLabel(system, sight.frame),
    spots: (size) =>
      isKnown(system)
        ? around(sight.project(markerOf(system, systems)), size, 16)
        : seats(extent(system), sight).map((point) => sight.project(point)),
  }));
}
