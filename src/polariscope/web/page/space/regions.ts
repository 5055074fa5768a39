/**
 * A family's region: its possible cells as a pale hull with thin edges, its certain cells as a dense, smaller one with
 * thick edges. Thin edges are dashed where the family's mark is; thick ones never are.
 */

import { Group } from "three";
import { familyMark, type FamilyMark } from "../space_contract";
import type { Family } from "../types";
import { cellsOf, compress, inset, voxels, type Solid } from "./hull";
import { drawHull } from "./hulls";
import type { Triple } from "./lattice";
import { legible, mix, type Inks } from "./palette";

/** The two sets of cells of one family, in units of levels. */
export interface Region {
  readonly family: Family;
  readonly mark: FamilyMark;
  readonly possible: Solid;
  readonly certain: Solid;
}

/** How much a family asks for the reader's eye: another one is highlighted, none is, or it is itself. */
export type Weight = "receding" | "plain" | "highlighted";

export interface RegionLook {
  readonly weight: Weight;
  /** Its place among the families shown, from 0: each hull lies a little inside the one before. */
  readonly place: number;
  /** How many families are shown. */
  readonly shown: number;
  readonly inks: Inks;
  /** The first of the ten numbers of renderOrder that it may use. */
  readonly order: number;
}

/** Of a cell's width; together they stay below its half, at which a region one cell thick would vanish. */
const INSET = { first: 0.03, step: 0.03, all: 0.3, certain: 0.1 } as const;
/** Dash and gap, in levels. */
const DASH = [0.22, 0.16] as const;

/** @param place Of the family in the page's data; its mark hangs on it. */
export function regionOf(family: Family, place: number, size: Triple): Region {
  const cells = (kinds: string) => compress(voxels(size, (index) => kinds.includes(family.region[index] ?? "0")));
  return { family, mark: familyMark(place), possible: cells("12"), certain: cells("2") };
}

export function hasCertain(region: Region): boolean {
  return cellsOf(region.certain).length > 0;
}

/** How far inside its cells the possible hull of one of several families lies, in levels. */
function depth(place: number, shown: number): number {
  return INSET.first + Math.min(INSET.step, INSET.all / shown) * place;
}

/** The hull of the possible cells as it is drawn. */
export function outline({ possible }: Region, place: number, shown: number): Solid {
  return inset(possible, depth(place, shown));
}

interface Strength {
  readonly fill: number;
  readonly width: number;
  /** How far lines fade into the page. */
  readonly fade: number;
}

function strength(weight: Weight, shown: number): Strength {
  // Many pale hulls in front of each other would add up to a fog: each gets less where there are more.
  const share = 1 / Math.sqrt(shown);
  if (weight === "highlighted") return { fill: 1, width: 1.35, fade: 0 };
  return weight === "plain" ? { fill: share, width: 1, fade: 0 } : { fill: share * 0.35, width: 0.7, fade: 0.55 };
}

/** A family's region; free it by `free`. */
export function drawRegion(region: Region, size: Triple, look: RegionLook): Group {
  const { fill, width, fade } = strength(look.weight, look.shown);
  const { colour, dashed } = region.mark;
  const line = mix(legible(colour, look.inks), look.inks.page, fade);
  const tones = { line, hidden: mix(line, look.inks.page, 0.6), fill: colour };
  const pale = { ...tones, alpha: 0.2 * fill, width: 1.25 * width, order: look.order };
  const thin = dashed ? { ...pale, dash: DASH } : pale;
  const dense = { ...tones, alpha: 0.6 * fill, width: 2.75 * width, order: look.order + 5 };
  const deeper = depth(look.place, look.shown) + INSET.certain;
  return new Group().add(
    drawHull(outline(region, look.place, look.shown), size, thin),
    drawHull(inset(region.certain, deeper), size, dense),
  );
}
