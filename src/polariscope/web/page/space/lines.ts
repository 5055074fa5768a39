/** Straight lines of a width in pixels, which WebGL's own lines do not have. */

import { GreaterDepth, LessEqualDepth } from "three";
import { LineMaterial } from "three/addons/lines/LineMaterial.js";
import { LineSegments2 } from "three/addons/lines/LineSegments2.js";
import { LineSegmentsGeometry } from "three/addons/lines/LineSegmentsGeometry.js";
import type { Edge } from "./hull";
import { toWorld, type Triple } from "./lattice";

export interface LineLook {
  readonly colour: string;
  /** CSS pixels. */
  readonly width: number;
  /** Drawn everywhere, or only where it is in front of what is in the depth buffer, or only behind it. */
  readonly drawn?: "always" | "in front" | "behind";
  /** What is drawn later lies above. */
  readonly order: number;
}

/** Lines between lattice points, as one object; its owner frees it by `free`. */
export function lines(segments: readonly Edge[], size: Triple, look: LineLook): LineSegments2 {
  const geometry = new LineSegmentsGeometry();
  geometry.setPositions(segments.flatMap(([from, to]) => [...toWorld(from, size), ...toWorld(to, size)]));
  const drawn = look.drawn ?? "always";
  const material = new LineMaterial({
    color: look.colour,
    linewidth: look.width,
    depthTest: drawn !== "always",
    depthFunc: drawn === "behind" ? GreaterDepth : LessEqualDepth,
    depthWrite: false,
    // All that is drawn goes through the one queue that is sorted by renderOrder alone.
    transparent: true,
  });
  const object = new LineSegments2(geometry, material);
  object.renderOrder = look.order;
  object.frustumCulled = false;
  return object;
}
