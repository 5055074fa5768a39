/** Where labels go, so that no two of them overlap and none is cut: each shifts to its next place, or hides. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle, by its upper left corner, in CSS pixels. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** A place for the middle of a label. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Wish {
  readonly key: string;
  readonly size: Size;
  /** Whoever has more chooses first; equals in the order of their keys. */
  readonly priority: number;
  /** Best first. */
  readonly spots: readonly Spot[];
}

/** Whether two boxes are nearer than a gap; boxes that only touch, at gap 0, do not overlap. */
export function overlap(a: Box, b: Box, gap = 0): boolean {
  return (
    a.left < b.left + b.width + gap &&
    b.left < a.left + a.width + gap &&
    a.top < b.top + b.height + gap &&
    b.top < a.top + a.height + gap
  );
}

function boxAt(spot: Spot, size: Size): Box {
  return { left: spot.x - size.width / 2, top: spot.y - size.height / 2, ...size };
}

function isWithin(box: Box, frame: Size): boolean {
  return box.left >= 0 && box.top >= 0 && box.left + box.width <= frame.width && box.top + box.height <= frame.height;
}

/**
 * A box for each label that finds room: the first of its places that is within the frame and free.
 *
 * @param taken What is already there, such as a key in a corner.
 * @param gap Pixels that must stay free between two labels.
 */
export function place(wishes: readonly Wish[], frame: Size, taken: readonly Box[] = [], gap = 2): Map<string, Box> {
  const inTurn = [...wishes].sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1));
  const boxes = [...taken];
  const placed = new Map<string, Box>();
  for (const wish of inTurn) {
    const free = wish.spots
      .map((spot) => boxAt(spot, wish.size))
      .find((box) => isWithin(box, frame) && !boxes.some((other) => overlap(box, other, gap)));
    if (!free) continue;
    boxes.push(free);
    placed.set(wish.key, free);
  }
  return placed;
}
