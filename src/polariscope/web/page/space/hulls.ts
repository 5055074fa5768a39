/** A solid drawn as a body of tinted glass: faces, near edges, and hidden edges that are thinner and paler. */

import { Group, Mesh, MeshBasicMaterial, type WebGLRenderer } from "three";
import { dashes } from "./dashes";
import { edges, type Edge, type Solid } from "./hull";
import type { Triple } from "./lattice";
import { lines } from "./lines";
import { geometryOf } from "./meshes";

export interface HullLook {
  readonly line: string;
  /** Of edges behind a face of the same hull. */
  readonly hidden: string;
  readonly fill: string;
  /** Opacity of the densest face. */
  readonly alpha: number;
  /** Of edges, in CSS pixels. */
  readonly width: number;
  /** Lengths of dash and gap in levels; absent where edges are whole. */
  readonly dash?: readonly [length: number, gap: number];
  /** The first of the four numbers of renderOrder that it takes. */
  readonly order: number;
}

/** An empty solid gives an empty group. */
export function drawHull(solid: Solid, size: Triple, look: HullLook): Group {
  const group = new Group();
  const whole = edges(solid);
  if (whole.length === 0) return group;
  const dash = look.dash;
  const drawn: Edge[] = dash ? whole.flatMap((edge) => dashes(edge, ...dash)) : whole;
  const geometry = geometryOf(solid, size);
  const veil = new Mesh(geometry, depthOnly());
  veil.renderOrder = look.order;
  veil.onBeforeRender = emptyDepth;
  const glass = new Mesh(geometry, tint(look));
  glass.renderOrder = look.order + 2;
  const behind = { colour: look.hidden, width: look.width * 0.6, drawn: "behind", order: look.order + 1 } as const;
  const front = { colour: look.line, width: look.width, drawn: "in front", order: look.order + 3 } as const;
  return group.add(veil, lines(drawn, size, behind), glass, lines(drawn, size, front));
}

/** For `onBeforeRender`: what comes next hides parts of itself and of nothing before it. */
export function emptyDepth(renderer: WebGLRenderer): void {
  renderer.state.buffers.depth.setMask(true);
  renderer.clearDepth();
}

/** Only the depth of a hull, pushed back by a hair, so that the edges of a face are in front of it. */
function depthOnly(): MeshBasicMaterial {
  return new MeshBasicMaterial({
    colorWrite: false,
    transparent: true,
    polygonOffset: true,
    polygonOffsetFactor: 2,
    polygonOffsetUnits: 2,
  });
}

function tint({ fill, alpha }: HullLook): MeshBasicMaterial {
  return new MeshBasicMaterial({
    color: fill,
    opacity: alpha,
    transparent: true,
    depthWrite: false,
    vertexColors: true,
  });
}
