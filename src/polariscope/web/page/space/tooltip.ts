/** What lies under the pointer, in a few lines beside it. */

import { element } from "./layer";
import type { Size, Spot } from "./labels";
import type { Inks } from "./palette";

export interface Tip {
  readonly heading: string;
  /** A text of which the first two lines are shown; empty for none. */
  readonly told: string;
  readonly lines: readonly string[];
}

const TWO_LINES = {
  display: "-webkit-box",
  webkitBoxOrient: "vertical",
  webkitLineClamp: "2",
  overflow: "hidden",
  margin: "0.1rem 0 0.25rem",
} as const;
/** Pixels between the pointer and the tooltip. */
const AWAY = 14;

export class Tooltip {
  readonly root = element("div", {
    position: "absolute",
    left: "0",
    top: "0",
    maxWidth: "min(22rem, 90%)",
    padding: "0.45rem 0.65rem",
    borderRadius: "6px",
    fontSize: "0.8125rem",
    lineHeight: "1.4",
    pointerEvents: "none",
    overflowWrap: "anywhere",
    boxShadow: "0 2px 10px rgb(0 0 0 / 0.18)",
    zIndex: "1",
  });

  constructor(inks: Inks) {
    this.root.ariaHidden = "true";
    this.root.hidden = true;
    this.ink(inks);
  }

  ink({ page, ink, line }: Inks): void {
    Object.assign(this.root.style, { background: page, color: ink, border: `1px solid ${line}` });
  }

  show({ heading, told, lines }: Tip, at: Spot, frame: Size): void {
    const rows = lines.map((line) => element("div", {}, line));
    const text = told ? [element("div", TWO_LINES, told)] : [];
    this.root.replaceChildren(element("div", { fontWeight: "650" }, heading), ...text, ...rows);
    this.root.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const left = at.x + AWAY + width <= frame.width ? at.x + AWAY : at.x - AWAY - width;
    const top = Math.min(at.y + AWAY, frame.height - height - 4);
    this.root.style.transform = `translate(${Math.round(Math.max(4, left))}px, ${Math.round(Math.max(4, top))}px)`;
  }

  hide(): void {
    this.root.hidden = true;
  }
}
