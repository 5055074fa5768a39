/** Signs that always stand beside a word: of states, of truths, and of families. */

import { h } from "./dom";
import { familyMark } from "./space_contract";
import type { State, Truth } from "./types";

const NAMESPACE = "http://www.w3.org/2000/svg";

function shape(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

function drawing(name: string, ...shapes: readonly SVGElement[]): SVGElement {
  const svg = shape("svg", {
    viewBox: "0 0 12 12",
    class: `sign ${name}`,
    "aria-hidden": "true",
    focusable: "false",
  });
  svg.append(...shapes);
  return svg;
}

/** Full, empty or half a disc. */
export function stateSign(state: State): SVGElement {
  const ring = shape("circle", {
    cx: 6,
    cy: 6,
    r: 4.75,
    fill: state === "open" ? "currentColor" : "none",
    stroke: "currentColor",
    "stroke-width": 1.5,
  });
  if (state !== "undetermined") return drawing(state, ring);
  return drawing(state, ring, shape("path", { d: "M6 1.25a4.75 4.75 0 0 1 0 9.5z", fill: "currentColor" }));
}

/** The state as sign and word. */
export function stateBadge(state: State): HTMLElement {
  const badge = h("span", { class: `state ${state}` }, state);
  badge.prepend(stateSign(state));
  return badge;
}

type Words = Readonly<Record<Truth, string>>;

const SIGNS: Words = { y: "✓", n: "✕", "?": "?" };
const KINDS: Words = { y: "yes", n: "no", "?": "maybe" };

/** What is said of a condition, of an amplifier, and of a factor. */
const HOLDS: Words = { y: "holds", n: "fails", "?": "unknown" };
export const PRESENT: Words = { y: "present", n: "absent", "?": "unknown" };
export const YES: Words = { y: "yes", n: "no", "?": "unknown" };

/** A truth as sign and word, such as "✓ holds". */
export function truthBadge(truth: Truth, words: Words = HOLDS): HTMLElement {
  return h(
    "span",
    { class: `truth ${KINDS[truth]}` },
    h("span", { "aria-hidden": "true" }, SIGNS[truth]),
    ` ${words[truth]}`,
  );
}

/** The colour and outline of a family in the space. */
export function familySign(place: number): SVGElement {
  const { colour, dashed } = familyMark(place);
  const box = shape("rect", {
    x: 1.5,
    y: 1.5,
    width: 9,
    height: 9,
    fill: colour,
    "fill-opacity": 0.35,
    stroke: colour,
    "stroke-width": 2,
  });
  if (dashed) box.setAttribute("stroke-dasharray", "2.4 1.6");
  return drawing("swatch", box);
}
