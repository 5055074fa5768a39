/** The graphics context: asked for, lost, come back. */

import { WebGLRenderer } from "three";

/** More than two device pixels for a CSS pixel cost time and show nothing. */
const MOST_PIXELS = 2;

export const NO_CONTEXT = "This browser gives no WebGL 2.";
export const LOST_CONTEXT = "The browser took the graphics context away and did not give it back.";

/** @returns Null where there is no WebGL 2. */
export function rendererFor(canvas: HTMLCanvasElement): WebGLRenderer | null {
  const context = canvas.getContext("webgl2", { antialias: true, alpha: false, stencil: false });
  if (!context) return null;
  const renderer = new WebGLRenderer({ canvas, context });
  renderer.setPixelRatio(pixelRatio());
  return renderer;
}

/** Frees all that the renderer holds; a browser lends few contexts, so it gets this one back at once. */
export function release(renderer: WebGLRenderer): void {
  renderer.dispose();
  if (!renderer.getContext().isContextLost()) renderer.forceContextLoss();
}

export function pixelRatio(): number {
  return Math.min(window.devicePixelRatio || 1, MOST_PIXELS);
}

/** How long a browser may take to give back what it took, before the page is told: milliseconds. */
const PATIENCE = 2000;

/** Until the signal: `lost` at once, `restored` if it comes back, `gave up` if it has not come back in time. */
export function watchContext(
  canvas: HTMLCanvasElement,
  events: { lost(): void; restored(): void; gaveUp(): void },
  signal: AbortSignal,
): void {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  const lost = () => {
    timer = setTimeout(() => events.gaveUp(), PATIENCE);
    events.lost();
  };
  const restored = () => {
    stop();
    events.restored();
  };
  canvas.addEventListener("webglcontextlost", lost, { signal });
  canvas.addEventListener("webglcontextrestored", restored, { signal });
  signal.addEventListener("abort", stop);
}
