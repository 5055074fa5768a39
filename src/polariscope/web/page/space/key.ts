/** The key in a corner of the space: what a pale hull means and what a dense one. */

import { element } from "./layer";
import type { Inks } from "./palette";

/** One line of the key: a swatch and what it stands for. */
export interface KeyLine {
  /** In full, as a picture that stands alone needs it. */
  readonly text: string;
  readonly kind: "possible" | "certain";
}

/** The lines that what is drawn needs. */
export function keyLines(hasFamilies: boolean, hasCertain: boolean): KeyLine[] {
  const possible: KeyLine = { text: "possible: some filling of the facets opens it", kind: "possible" };
  const certain: KeyLine = { text: "certain: every filling opens it", kind: "certain" };
  return [...(hasFamilies ? [possible] : []), ...(hasCertain ? [certain] : [])];
}

/** The key as an element. */
export class Key {
  readonly root = element("div", {
    position: "absolute",
    right: "0.6rem",
    top: "0.5rem",
    fontSize: "0.75rem",
    lineHeight: "1.5",
    pointerEvents: "none",
  });

  constructor() {
    this.root.ariaHidden = "true";
  }

  show(lines: readonly KeyLine[], inks: Inks): void {
    this.root.style.color = inks.soft;
    this.root.replaceChildren(...lines.map((line) => row(line, inks)));
  }
}

function row({ kind }: KeyLine, { soft, page }: Inks): HTMLElement {
  const made = element("div", { display: "flex", alignItems: "center", gap: "0.4rem" });
  const swatch = element("span", {
    width: "1.35rem",
    height: "0.75rem",
    boxSizing: "border-box",
    border: `${kind === "possible" ? 1 : 2.5}px solid ${soft}`,
    background: `color-mix(in srgb, ${soft} ${kind === "possible" ? 12 : 50}%, ${page})`,
  });
  made.append(swatch, element("span", {}, kind));
  return made;
}
