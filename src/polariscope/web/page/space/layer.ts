/** Labels as elements above the canvas, which no pointer and no screen reader meets; the table has it all. */

import { visible } from "../dom";
import type { Wanted } from "./axes";
import { place, type Box, type Size } from "./labels";
import type { Inks } from "./palette";
import { BADGE, colourOf, fontOf, sizeOfLabel, type Badge, type Label } from "./text";

/** A label where it is shown. */
export interface Shown {
  readonly label: Label;
  readonly box: Box;
}

type Style = Partial<Record<keyof CSSStyleDeclaration & string, string>>;

/** An element with its style, set one property at a time: the page's policy allows no style in markup. */
export function element(tag: string, style: Style, text = ""): HTMLElement {
  const made = document.createElement(tag);
  Object.assign(made.style, style);
  made.textContent = visible(text);
  return made;
}

export class LabelLayer {
  readonly root = element("div", { position: "absolute", inset: "0", overflow: "hidden", pointerEvents: "none" });
  /** What is shown now. */
  shown: readonly Shown[] = [];
  readonly #elements = new Map<string, { readonly look: string; readonly made: HTMLElement }>();
  readonly #sizes = new Map<string, Size>();
  #inks: Inks;
  #family: string;

  /** @param family The font family of the page. */
  constructor(inks: Inks, family: string) {
    this.#inks = inks;
    this.#family = family;
    this.root.ariaHidden = "true";
  }

  /** Other colours: every label is made anew. */
  ink(inks: Inks): void {
    this.#inks = inks;
    for (const { made } of this.#elements.values()) made.remove();
    this.#elements.clear();
  }

  /** Puts every label where it finds room. @param taken What labels must leave free. */
  show(wanted: readonly Wanted[], frame: Size, taken: readonly Box[]): void {
    const wishes = wanted.map(({ label, spots }) => {
      const size = this.#size(label);
      return { key: label.key, size, priority: label.priority, spots: spots(size) };
    });
    const boxes = place(wishes, frame, taken);
    this.shown = wanted.flatMap(({ label }) => {
      const box = boxes.get(label.key);
      return box ? [{ label, box }] : [];
    });
    for (const [key, { made }] of this.#elements) if (!boxes.has(key)) made.style.display = "none";
    for (const each of this.shown) this.#put(each);
  }

  #size(label: Label): Size {
    const key = `${label.style} ${label.badge?.text ?? ""} ${label.text}`;
    const size = this.#sizes.get(key) ?? sizeOfLabel(label, this.#family);
    this.#sizes.set(key, size);
    return size;
  }

  #put({ label, box }: Shown): void {
    const look = JSON.stringify([label.text, label.style, label.tone, label.badge, label.dashed]);
    const known = this.#elements.get(label.key);
    const made = known?.look === look ? known.made : this.#make(label, box);
    if (known && known.made !== made) known.made.remove();
    if (made.parentNode !== this.root) this.root.append(made);
    this.#elements.set(label.key, { look, made });
    made.style.display = label.style === "chip" ? "flex" : "block";
    made.style.transform = `translate(${Math.round(box.left)}px, ${Math.round(box.top)}px)`;
  }

  #make(label: Label, { width, height }: Size): HTMLElement {
    const { page } = this.#inks;
    const made = element("div", {
      position: "absolute",
      left: "0",
      top: "0",
      boxSizing: "border-box",
      width: `${width}px`,
      height: `${height}px`,
      font: fontOf(label.style, this.#family),
      lineHeight: `${height - (label.style === "chip" ? 3 : 0)}px`,
      color: colourOf(label.style, this.#inks),
      textAlign: "center",
      whiteSpace: "pre",
      // A rim in the page's colour parts the words from lines behind them.
      textShadow: [`0 0 2px ${page}`, `0 0 2px ${page}`, `0 0 3px ${page}`].join(","),
    });
    if (label.style !== "chip") made.textContent = label.text;
    else this.#fill(made, label);
    return made;
  }

  #fill(chip: HTMLElement, { badge, text, tone, dashed }: Label): void {
    const { page, ink } = this.#inks;
    Object.assign(chip.style, { background: page, border: `1.5px ${dashed ? "dashed" : "solid"} ${tone ?? ink}`, borderRadius: "13px" });
    Object.assign(chip.style, { alignItems: "center", justifyContent: "center" });
    chip.style.gap = `${BADGE.gap}px`;
    if (badge) chip.append(disc(badge));
    if (text) chip.append(element("span", {}, text));
  }
}

function disc({ text, fill, ink }: Badge): HTMLElement {
  const style = {
    flex: "none",
    width: `${BADGE.width}px`,
    height: `${BADGE.height}px`,
    lineHeight: `${BADGE.height}px`,
    borderRadius: "50%",
    background: fill,
    color: ink,
    fontWeight: "700",
    fontSize: "11.5px",
    textShadow: "none",
  };
  return element("span", style, text);
}
