/** The page's element that holds the canvas: focusable, named, and scrolled past unless it has the focus. */

import type { WebGLRenderer } from "three";
import { element } from "./layer";

const NAME =
  "The space of Beingness, Cognition and Intelligence. Arrow keys turn it, plus and minus zoom, Home resets. " +
  "The table says all that it shows.";

/** Where a space is mounted, and what it draws with. */
export interface Ground {
  readonly host: HTMLElement;
  /** What is put into the host. */
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly renderer: WebGLRenderer;
  /** Ends all listening. */
  readonly ended: AbortController;
}

/** Makes a host ready and gives what it is to hold; taken out again at the signal. */
export function prepareHost(host: HTMLElement, signal: AbortSignal): { root: HTMLElement; canvas: HTMLCanvasElement } {
  const root = element("div", { position: "absolute", inset: "0", overflow: "hidden" });
  const canvas = document.createElement("canvas");
  Object.assign(canvas.style, { display: "block", width: "100%", height: "100%" });
  // A tap would flash the whole canvas.
  host.style.setProperty("-webkit-tap-highlight-color", "transparent");
  root.append(canvas);
  const { position } = host.style;
  if (getComputedStyle(host).position === "static") host.style.position = "relative";
  const isNamed = host.hasAttribute("aria-label") || host.hasAttribute("aria-labelledby");
  // A widget with keys of its own: a screen reader hands them through.
  const given = { tabindex: "0", role: "application", "aria-roledescription": "3-D view" };
  const attributes = Object.entries(isNamed ? given : { ...given, "aria-label": NAME });
  for (const [name, value] of attributes) host.setAttribute(name, value);
  host.append(root);
  canvas.addEventListener("pointerdown", () => host.focus({ preventScroll: true }), { signal });
  host.addEventListener("wheel", (event) => leaveToPage(host, event), { signal, capture: true });
  signal.addEventListener("abort", () => {
    root.remove();
    host.style.position = position;
    host.style.removeProperty("-webkit-tap-highlight-color");
    for (const [name] of attributes) host.removeAttribute(name);
  });
  return { root, canvas };
}

/** The wheel scrolls the page until the space has the focus, so that nobody is caught in it. */
function leaveToPage(host: HTMLElement, event: WheelEvent): void {
  if (!host.contains(document.activeElement) && !event.ctrlKey) event.stopPropagation();
}
