/** The faces of a solid as geometry, and the freeing of what the graphics card holds. */

import { BufferAttribute, BufferGeometry, type Material, type Object3D } from "three";
import { faces, type Face, type Solid } from "./hull";
import { toWorld, type Triple } from "./lattice";

/** How dense a face is by the axis that it looks along: the lid most, so that a hull reads as a body in light. */
const DENSITY = [1, 0.62, 0.8] as const;

/** Vertices of two triangles; toWorld mirrors, so the ring is walked backwards. */
function triangles({ corners }: Face): Triple[] {
  const [a, b, c, d] = corners;
  return [a, c, b, a, d, c];
}

/** The faces of a solid, with a density for each in the colours' alpha. */
export function geometryOf(solid: Solid, size: Triple): BufferGeometry {
  const all = faces(solid);
  const positions = all.flatMap((face) => triangles(face).flatMap((corner) => toWorld(corner, size)));
  const colours = all.flatMap(({ axis }) => Array.from({ length: 6 }, () => [1, 1, 1, DENSITY[axis] ?? 1]).flat());
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(colours), 4));
  return geometry;
}

interface Drawable extends Object3D {
  geometry?: BufferGeometry;
  material?: Material | Material[];
}

/** Takes an object and all that is in it out of the scene, and frees its geometries and materials. */
export function free(object: Object3D): void {
  object.removeFromParent();
  object.traverse((each: Drawable) => {
    each.geometry?.dispose();
    for (const material of [each.material ?? []].flat()) material.dispose();
  });
}
