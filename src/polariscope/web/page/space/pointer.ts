/** The pointer over the canvas: where it rests, and where it clicks; a drag is no click. */

import type { Spot } from "./labels";

export interface PointerEvents {
  /** The pointer rests here; null once it has left or begun to drag. */
  hover(at: Spot | null): void;
  click(at: Spot): void;
}

/** Pixels that a hand may shake between pressing and letting go. */
const SHAKE = 5;

/** Listens until the signal. A tap is a click that also hovers: on a touch screen nothing else shows the tooltip. */
export function listenToPointer(canvas: HTMLCanvasElement, events: PointerEvents, signal: AbortSignal): void {
  let pressed: Spot | null = null;
  const spot = ({ clientX, clientY }: PointerEvent): Spot => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const isNear = (at: Spot) => pressed !== null && Math.hypot(at.x - pressed.x, at.y - pressed.y) <= SHAKE;
  const down = (event: PointerEvent) => {
    pressed = event.isPrimary ? spot(event) : null;
  };
  const move = (event: PointerEvent) => {
    const at = spot(event);
    if (pressed && !isNear(at)) events.hover(null);
    if (event.buttons === 0 && event.pointerType !== "touch") events.hover(at);
  };
  const up = (event: PointerEvent) => {
    const at = spot(event);
    const isClick = isNear(at) && event.button === 0;
    pressed = null;
    if (!isClick) return;
    events.hover(at);
    events.click(at);
  };
  const leave = (event: PointerEvent) => {
    if (event.pointerType !== "touch") events.hover(null);
  };
  const cancel = () => {
    pressed = null;
    events.hover(null);
  };
  canvas.addEventListener("pointerdown", down, { signal });
  canvas.addEventListener("pointermove", move, { signal });
  canvas.addEventListener("pointerup", up, { signal });
  canvas.addEventListener("pointerleave", leave, { signal });
  canvas.addEventListener("pointercancel", cancel, { signal });
}
