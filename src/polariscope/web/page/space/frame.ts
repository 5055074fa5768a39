/** The room that the regions stand in: a ruled floor, the two walls behind, and the axis lines in front. */

import { ConeGeometry, Group, Mesh, MeshBasicMaterial, Vector3, type Object3D } from "three";
import type { Edge } from "./hull";
import { toWorld, type Axes, type Triple } from "./lattice";
import { lines } from "./lines";
import { mix, type Inks } from "./palette";

/** Which sides of the room are nearer to the camera: 0 the low one, 1 the high one. */
export interface Near {
  readonly cognition: 0 | 1;
  readonly intelligence: 0 | 1;
}

/** How far an axis line goes on beyond its highest level, in levels. */
const BEYOND = 0.55;

/** The lattice points at which another band begins. */
export function separators(bands: readonly number[]): number[] {
  return bands.flatMap((band, at) => (at > 0 && band !== bands[at - 1] ? [at] : []));
}

/** @param eye The camera in the world. */
export function nearSides([x, , z]: Triple): Near {
  return { cognition: z >= 0 ? 0 : 1, intelligence: x >= 0 ? 1 : 0 };
}

/**
 * Where each axis line runs, from its low end to its high one: on the floor along the near sides, and up the corner
 * of the room that the camera sees furthest to the left.
 */
export function axisEdges(near: Near, size: Triple, [x, , z]: Triple): readonly [Edge, Edge, Edge] {
  const c = near.cognition * size[1];
  const i = near.intelligence * size[2];
  const corners = [
    [0, c, size[2] - i],
    [0, size[1] - c, i],
  ] as const;
  const [foot] = [...corners].sort((a, b) => rightness(a) - rightness(b));
  function rightness(corner: Triple): number {
    const [atX, , atZ] = toWorld(corner, size);
    return atX * z - atZ * x;
  }
  const [, footC, footI] = foot ?? corners[0];
  return [
    [[0, footC, footI], [size[0], footC, footI]],
    [[0, 0, i], [0, size[1], i]],
    [[0, c, 0], [0, c, size[2]]],
  ];
}

function put(axis: number, value: number, [b, c, i]: Triple): Triple {
  return [axis === 0 ? value : b, axis === 1 ? value : c, axis === 2 ? value : i];
}

/** Lines across a side of the room at some values of one axis. */
function ruled(side: number, at: number, axis: 0 | 1 | 2, values: readonly number[], size: Triple): Edge[] {
  const across = [0, 1, 2].find((each) => each !== side && each !== axis) ?? 0;
  return values.map((value) => {
    const start = put(side, at, put(axis, value, [0, 0, 0]));
    return [start, put(across, size[across] ?? 0, start)];
  });
}

function wall(side: 0 | 1 | 2, at: number, axes: Axes, size: Triple, inks: Inks): Group {
  const along = ([0, 1, 2] as const).filter((axis) => axis !== side);
  const levels = (axis: 0 | 1 | 2) => Array.from({ length: size[axis] + 1 }, (_, level) => level);
  const thin = along.flatMap((axis) => ruled(side, at, axis, levels(axis), size));
  const thick = along.flatMap((axis) => ruled(side, at, axis, separators(axes[axis].bands), size));
  const rim = along.flatMap((axis) => ruled(side, at, axis, [0, size[axis]], size));
  const faint = mix(inks.line, inks.page, side === 0 ? 0.25 : 0.55);
  return new Group().add(
    lines(thin, size, { colour: faint, width: 1, order: 0 }),
    lines(thick, size, { colour: mix(inks.soft, inks.page, 0.5), width: 1.25, order: 1 }),
    lines(rim, size, { colour: mix(inks.soft, inks.page, 0.35), width: 1, order: 2 }),
  );
}

/** A whole axis: its line, longer than its levels, and an arrow head. */
function arrow([from, to]: Edge, size: Triple, inks: Inks): Group {
  const [start, end] = [new Vector3(...toWorld(from, size)), new Vector3(...toWorld(to, size))];
  const direction = end.clone().sub(start).normalize();
  const longest = to.map((at, axis) => at + (at === from[axis] ? 0 : BEYOND)) as unknown as Triple;
  const paint = new MeshBasicMaterial({ color: inks.ink, transparent: true });
  const head = new Mesh(new ConeGeometry(0.085, 0.34, 24), paint);
  head.position.copy(end).addScaledVector(direction, BEYOND);
  head.quaternion.setFromUnitVectors(new Vector3(0, 1, 0), direction);
  head.renderOrder = 4;
  return new Group().add(lines([[from, longest]], size, { colour: inks.ink, width: 1.5, order: 3 }), head);
}

export interface Frame {
  readonly object: Object3D;
  /** Shows the sides that are behind for a camera, and the axes that are before. */
  face(eye: Triple): void;
}

/** Free its object by `free`. */
export function drawFrame(axes: Axes, size: Triple, inks: Inks): Frame {
  const object = new Group();
  const walls = ([1, 2] as const).flatMap((side) =>
    ([0, 1] as const).map((high) => ({ side, high, group: wall(side, high * size[side], axes, size, inks) })),
  );
  object.add(wall(0, 0, axes, size, inks), ...walls.map(({ group }) => group));
  const arrows = new Map<string, Group>();
  return {
    object,
    face(eye) {
      const near = nearSides(eye);
      for (const { side, high, group } of walls)
        group.visible = high !== (side === 1 ? near.cognition : near.intelligence);
      for (const group of arrows.values()) group.visible = false;
      for (const edge of axisEdges(near, size, eye)) {
        const key = edge.flat().join();
        const group = arrows.get(key) ?? arrow(edge, size, inks);
        if (!arrows.has(key)) object.add(group);
        arrows.set(key, group);
        group.visible = true;
      }
    },
  };
}
