/** What a label says and looks like: the same on the page, where it is an element, and in the picture. */

import { visible } from "../dom";
import type { Size } from "./labels";
import type { Inks } from "./palette";

/** A number in a disc of colour. */
export interface Badge {
  readonly text: string;
  readonly fill: string;
  readonly ink: string;
}

export interface Label {
  /** Of its own among all labels. */
  readonly key: string;
  readonly text: string;
  readonly badge?: Badge;
  readonly style: "tick" | "band" | "title" | "chip";
  /** Of the frame of a chip. */
  readonly tone?: string;
  /** Whether the frame of a chip is in dashes. */
  readonly dashed?: boolean;
  readonly priority: number;
}

export const BADGE = { width: 19, height: 19, gap: 5 } as const;

const FONTS = {
  tick: ["400", 12],
  band: ["italic 400", 11.5],
  title: ["650", 13.5],
  chip: ["500", 12.5],
} as const;

/** @param family The font family of the page. */
export function fontOf(style: Label["style"], family: string): string {
  const [weight, size] = FONTS[style];
  return `${weight} ${size}px ${family}`;
}

export function colourOf(style: Label["style"], inks: Inks): string {
  return style === "title" || style === "chip" ? inks.ink : inks.soft;
}

const pen = document.createElement("canvas").getContext("2d");

/** How large a label is, in CSS pixels. */
export function sizeOfLabel(label: Label, family: string): Size {
  if (pen) pen.font = fontOf(label.style, family);
  const text = label.text && pen ? Math.ceil(pen.measureText(label.text).width) : 0;
  if (label.style !== "chip") return { width: text + 2, height: label.style === "title" ? 18 : 15 };
  const badge = label.badge ? BADGE.width + (label.text ? BADGE.gap : 0) : 0;
  return { width: badge + text + (label.text ? 14 : 6), height: 25 };
}

/** Text as it may be shown: at most so many characters, the last of them an ellipsis where there were more. */
export function shortened(text: string, most: number): string {
  const characters = [...visible(text)];
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most - 1).join("").trimEnd()}…`;
}
