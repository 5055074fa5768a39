/**
 * A system in the space: a marker where its three levels are known, else a box over all the levels that it may have;
 * never a point where there is none. Beneath it on the floor stands its footprint.
 */

import { BackSide, type BufferGeometry, Group, Mesh, MeshBasicMaterial, MeshLambertMaterial } from "three";
import { OctahedronGeometry, SphereGeometry } from "three";
import type { SpaceSystem } from "../space_contract";
import { dashes } from "./dashes";
import { edges, type Solid } from "./hull";
import { drawHull, emptyDepth } from "./hulls";
import { toWorld, type Triple } from "./lattice";
import { lines } from "./lines";
import { geometryOf } from "./meshes";
import { mix, type Inks } from "./palette";

/** Radius of a marker, in levels. */
const RADIUS = { A: 0.24, B: 0.31 } as const;
/** Half the side of the cube round a marker that is not evaluated, in levels. */
const DOUBT = 0.42;
/** How far two markers in one cell are from its middle, in levels. */
const APART = 0.26;
/** Dash and gap in levels: of B, and of a system that is not evaluated. */
const DASH = { B: [0.6, 0.16], doubted: [0.2, 0.2] } as const;
/** How far a system that is not evaluated fades into the page. */
const FADED = 0.45;
/** Boxes of A and B with the same spans do not share faces. */
const INSET = { A: 0.12, B: 0.19 } as const;

export function isKnown({ spans }: SpaceSystem): boolean {
  return spans.every(([low, high]) => low === high);
}

/** Where a system's marker stands, in the lattice's coordinates: in the middle of its cell. */
export function markerOf(system: SpaceSystem, all: readonly SpaceSystem[]): Triple {
  const [[b], [c], [i]] = system.spans;
  const levels = ({ spans }: SpaceSystem) => spans.flat().join();
  const isShared = all.some((other) => other.label !== system.label && levels(other) === levels(system));
  // Two in one cell stand beside each other.
  const aside = !isShared ? 0 : system.label === "A" ? -APART : APART;
  return [b - 0.5, c - 0.5 - aside / 2, i - 0.5 + aside];
}

/** The box over its levels, shrunk a little. */
export function extent({ spans, label }: SpaceSystem): Solid {
  const planes = (axis: 0 | 1 | 2) => [spans[axis][0] - 1 + INSET[label], spans[axis][1] - INSET[label]];
  return { planes: [planes(0), planes(1), planes(2)], filled: new Uint8Array([1]) };
}

/**
 * One system; free it by `free`.
 *
 * @param all All that are drawn, this one among them.
 * @param order The first of the ten numbers of renderOrder that it may use.
 */
export function drawSystem(
  system: SpaceSystem,
  all: readonly SpaceSystem[],
  size: Triple,
  inks: Inks,
  order: number,
): Group {
  const at = markerOf(system, all);
  const tone = system.evaluated ? inks.ink : mix(inks.ink, inks.page, FADED);
  const own = { ...inks, ink: tone };
  const body = isKnown(system) ? marker(system, at, size, own, order) : box(system, size, own, order);
  return new Group().add(footprint(system, size, own), body);
}

/** What a light from above would leave on the floor. */
function footprint(system: SpaceSystem, size: Triple, inks: Inks): Group {
  const [, [c0 = 0, c1 = 0], [i0 = 0, i1 = 0]] = extent(system).planes;
  const flat: Solid = { planes: [[0, 0.001], [c0, c1], [i0, i1]], filled: new Uint8Array([1]) };
  const shade = new Mesh(
    geometryOf(flat, size),
    new MeshBasicMaterial({ color: inks.ink, opacity: 0.16, transparent: true, depthTest: false, depthWrite: false }),
  );
  shade.renderOrder = 5;
  const rim = edges(flat).filter(([from, to]) => from[0] === 0 && to[0] === 0);
  const group = new Group();
  return group.add(shade, lines(rim, size, { colour: inks.soft, width: 1, order: 6 }));
}

function marker({ label, evaluated }: SpaceSystem, at: Triple, size: Triple, inks: Inks, order: number): Group {
  const radius = RADIUS[label];
  const shape = label === "A" ? new SphereGeometry(radius, 32, 20) : new OctahedronGeometry(radius);
  const group = new Group();
  const stem = lines([[at, [0, at[1], at[2]]]], size, { colour: inks.ink, width: 1.25, order });
  // Lighter than ink, or light would not show on it.
  const look = { color: mix(inks.ink, inks.page, 0.3), flatShading: label === "B", transparent: true };
  const body = new Mesh(shape, new MeshLambertMaterial(look));
  body.renderOrder = order + 3;
  for (const mesh of [rim(shape, inks, order + 2), body]) {
    mesh.position.set(...toWorld(at, size));
    group.add(mesh);
  }
  if (!evaluated) group.add(doubt(at, size, inks, order));
  return group.add(stem);
}

/** A dashed cube round a marker: what stands here has not been evaluated. */
function doubt(at: Triple, size: Triple, inks: Inks, order: number): Group {
  const planes = (axis: 0 | 1 | 2) => [at[axis] - DOUBT, at[axis] + DOUBT];
  const cube: Solid = { planes: [planes(0), planes(1), planes(2)], filled: new Uint8Array([1]) };
  const dashed = edges(cube).flatMap((edge) => dashes(edge, ...DASH.doubted));
  return new Group().add(lines(dashed, size, { colour: inks.ink, width: 1.5, order: order + 4 }));
}

/** A thin line in the page's colour round a marker, against whatever stands behind it. */
function rim(shape: BufferGeometry, inks: Inks, order: number): Mesh {
  const material = new MeshBasicMaterial({ color: inks.page, side: BackSide, transparent: true, depthWrite: false });
  const mesh = new Mesh(shape, material);
  mesh.scale.setScalar(1.22);
  mesh.renderOrder = order;
  mesh.onBeforeRender = emptyDepth;
  return mesh;
}

/** A's edges are whole, B's are long dashes, and short dashes those of a system that is not evaluated. */
function box(system: SpaceSystem, size: Triple, inks: Inks, order: number): Group {
  const tones = { line: inks.ink, hidden: mix(inks.ink, inks.page, 0.55), fill: inks.ink };
  const look = { ...tones, alpha: 0.13, width: 2, order };
  if (!system.evaluated) return drawHull(extent(system), size, { ...look, alpha: 0.05, dash: DASH.doubted });
  return drawHull(extent(system), size, system.label === "A" ? look : { ...look, dash: DASH.B });
}
