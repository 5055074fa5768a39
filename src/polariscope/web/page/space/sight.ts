/** From the lattice to the canvas and back, as the camera sees it. */

import { Vector3, type PerspectiveCamera } from "three";
import type { Size, Spot } from "./labels";
import { toLattice, toWorld, type Triple } from "./lattice";

export interface Sight {
  /** Where the camera stands in the world. */
  readonly eye: Triple;
  /** Of the canvas, in CSS pixels. */
  readonly frame: Size;
  /** A lattice point on the canvas, in CSS pixels. */
  project(point: Triple): Spot;
  /** From the camera to a lattice point, in levels. */
  distance(point: Triple): number;
  /** The line of sight through a point of the canvas, in the lattice's coordinates. */
  ray(spot: Spot): { readonly origin: Triple; readonly direction: Triple };
}

export function sightOf(camera: PerspectiveCamera, frame: Size, size: Triple): Sight {
  camera.updateMatrixWorld();
  const eye = camera.position.toArray();
  return {
    eye,
    frame,
    project(point) {
      const { x, y } = new Vector3(...toWorld(point, size)).project(camera);
      return { x: ((x + 1) / 2) * frame.width, y: ((1 - y) / 2) * frame.height };
    },
    distance: (point) => camera.position.distanceTo(new Vector3(...toWorld(point, size))),
    ray({ x, y }) {
      const ahead = new Vector3((x / frame.width) * 2 - 1, 1 - (y / frame.height) * 2, 0.5).unproject(camera);
      const [from, to] = [toLattice(eye, size), toLattice(ahead.toArray(), size)];
      return { origin: from, direction: [to[0] - from[0], to[1] - from[1], to[2] - from[2]] };
    },
  };
}
