/** Labels of the axes: a number for each level, a name for each band, a title; outside the room, beside its edges. */

import type { Edge } from "./hull";
import { axisEdges, nearSides, separators } from "./frame";
import type { Size, Spot } from "./labels";
import type { Axes, Triple } from "./lattice";
import type { Sight } from "./sight";
import { shortened, type Label } from "./text";

/** A label and where it would like to be. */
export interface Wanted {
  readonly label: Label;
  /** Best first, for a label of a size. */
  readonly spots: (size: Size) => readonly Spot[];
}

/** Pixels from the axis line to the nearest side of a row of labels. */
const ROW = { tick: 9, band: 30, title: 50 } as const;

/** Characters of a name. */
const MOST = 24;

interface Ruler {
  /** A point of the axis, 0 its low end and 1 its high one, and so many pixels outside of it. */
  at(share: number, gap: number, size: Size): Spot;
  /** Beyond the arrow head. */
  beyond(size: Size): Spot;
}

function along([from, to]: Edge, share: number): Triple {
  const at = (axis: 0 | 1 | 2) => from[axis] + (to[axis] - from[axis]) * share;
  return [at(0), at(1), at(2)];
}

/** @param middle Of the room: outside is away from it. */
function ruler(edge: Edge, middle: Triple, sight: Sight): Ruler {
  const [from, to, inner] = [sight.project(edge[0]), sight.project(edge[1]), sight.project(middle)];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const side = Math.sign((from.x - inner.x) * dy - (from.y - inner.y) * dx) || 1;
  const [nx, ny] = [side * dy, -side * dx];
  return {
    at(share, gap, { width, height }) {
      const on = sight.project(along(edge, share));
      const reach = gap + (Math.abs(nx) * width + Math.abs(ny) * height) / 2;
      return { x: on.x + nx * reach, y: on.y + ny * reach };
    },
    beyond({ width, height }) {
      const end = sight.project(along(edge, 1.1));
      const reach = 10 + (Math.abs(dx) * width + Math.abs(dy) * height) / 2;
      return { x: end.x + dx * reach, y: end.y + dy * reach };
    },
  };
}

function ticks(axis: number, axes: Axes, measure: Ruler): Wanted[] {
  const labels = axes[axis]?.labels ?? [];
  return labels.map((text, level) => ({
    label: {
      key: `tick ${axis} ${level}`,
      text: shortened(text, MOST),
      style: "tick",
      // Where there is no room for all, the ends say how far it goes.
      priority: level === 0 || level === labels.length - 1 ? 82 : 81,
    },
    spots: (size) => [measure.at((level + 0.5) / labels.length, ROW.tick, size)],
  }));
}

function bands(axis: number, axes: Axes, names: readonly string[], measure: Ruler): Wanted[] {
  const levels = axes[axis]?.bands ?? [];
  const ends = [0, ...separators(levels), levels.length];
  return ends.slice(1).map((end, at) => {
    const start = ends[at] ?? 0;
    const text = shortened(names[(levels[start] ?? 1) - 1] ?? "", MOST);
    return {
      label: { key: `band ${axis} ${at}`, text, style: "band", priority: 85 },
      spots: (size) => [measure.at((start + end) / 2 / levels.length, ROW.band, size)],
    };
  });
}

function title(axis: number, axes: Axes, measure: Ruler): Wanted {
  const text = shortened(axes[axis]?.name ?? "", MOST);
  const label: Label = { key: `title ${axis}`, text, style: "title", priority: 90 };
  const shares = [0.5, 0.75, 0.25, 1];
  const beside = (size: Size) => [ROW.title, ROW.band].flatMap((row) => shares.map((at) => measure.at(at, row, size)));
  // The upright axis is named at its head: beside it there is no room for a line of words.
  return { label, spots: (size) => (axis === 0 ? [measure.beyond(size)] : [...beside(size), measure.beyond(size)]) };
}

/** All labels of the three axes for where the camera stands. */
export function axisLabels(axes: Axes, size: Triple, bandNames: readonly string[], sight: Sight): Wanted[] {
  const middle: Triple = [size[0] / 2, size[1] / 2, size[2] / 2];
  return axisEdges(nearSides(sight.eye), size, sight.eye).flatMap((edge, axis) => {
    const measure = ruler(edge, middle, sight);
    return [...ticks(axis, axes, measure), ...bands(axis, axes, bandNames, measure), title(axis, axes, measure)];
  });
}
