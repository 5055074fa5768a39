/** The space as a PNG that stands alone: the frame, the labels, the names of what is shown, and the edition. */

import type { KeyLine } from "./key";
import type { Size } from "./labels";
import type { Shown } from "./layer";
import { mix, type Inks } from "./palette";
import { BADGE, colourOf, fontOf, type Badge } from "./text";

export interface PictureParts {
  /** The rendered frame. */
  readonly canvas: HTMLCanvasElement;
  /** Of the frame, in CSS pixels. */
  readonly frame: Size;
  readonly labels: readonly Shown[];
  readonly inks: Inks;
  /** The font family of the page. */
  readonly family: string;
  /** What is shown, each with its number and colour. */
  readonly legend: readonly Badge[];
  /** The names of what is shown, in the same order. */
  readonly names: readonly string[];
  readonly key: readonly KeyLine[];
  /** A line of text: what this is, by which edition. */
  readonly caption: string;
}

const MARGIN = 16;
const LINE = 24;
/** Between the frame and what is written under it. */
const GAP = 10;

type Pen = CanvasRenderingContext2D;

/**
 * The picture as a canvas, which goes on paper as it is.
 *
 * @param scale Pixels of the picture for one CSS pixel.
 * @throws Error where the browser gives no canvas.
 */
export function drawPicture(parts: PictureParts, scale: number): HTMLCanvasElement {
  const columns = Math.max(1, Math.floor((parts.frame.width - MARGIN) / 300));
  const rows = Math.ceil(parts.names.length / columns) + parts.key.length + 1;
  const height = parts.frame.height + GAP + rows * LINE + MARGIN;
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [Math.round(parts.frame.width * scale), Math.round(height * scale)];
  const pen = sheet.getContext("2d");
  if (!pen) throw new Error("this browser gives no canvas to draw the picture on");
  pen.scale(scale, scale);
  pen.fillStyle = parts.inks.page;
  pen.fillRect(0, 0, parts.frame.width, height);
  pen.drawImage(parts.canvas, 0, 0, parts.frame.width, parts.frame.height);
  pen.textBaseline = "middle";
  for (const each of parts.labels) drawLabel(pen, each, parts);
  drawLegend(pen, parts, columns);
  return sheet;
}

/** The picture as the bytes of a file. */
export function asBlob(sheet: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    sheet.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("this browser could not write the PNG"))));
  });
}

function drawLabel(pen: Pen, { label, box }: Shown, { inks, family }: PictureParts): void {
  pen.font = fontOf(label.style, family);
  const middle = box.top + box.height / 2;
  if (label.style === "chip") drawChip(pen, { label, box }, inks);
  else {
    pen.textAlign = "center";
    [pen.strokeStyle, pen.lineWidth, pen.lineJoin] = [inks.page, 3, "round"];
    pen.strokeText(label.text, box.left + box.width / 2, middle);
    pen.fillStyle = colourOf(label.style, inks);
    pen.fillText(label.text, box.left + box.width / 2, middle);
  }
}

function drawChip(pen: Pen, { label, box }: Shown, inks: Inks): void {
  pen.beginPath();
  pen.roundRect(box.left + 0.75, box.top + 0.75, box.width - 1.5, box.height - 1.5, box.height / 2);
  [pen.fillStyle, pen.strokeStyle, pen.lineWidth] = [inks.page, label.tone ?? inks.ink, 1.5];
  pen.fill();
  pen.setLineDash(label.dashed ? [4, 3] : []);
  pen.stroke();
  pen.setLineDash([]);
  const middle = box.top + box.height / 2;
  const font = pen.font;
  if (label.badge) drawBadge(pen, label.badge, box.left + 3 + BADGE.width / 2, middle, font);
  const before = label.badge ? BADGE.width + BADGE.gap : 0;
  [pen.font, pen.textAlign, pen.fillStyle] = [font, "center", inks.ink];
  pen.fillText(label.text, box.left + (box.width + before) / 2, middle + 0.5);
}

function drawBadge(pen: Pen, badge: Badge, x: number, y: number, font: string): void {
  pen.beginPath();
  pen.arc(x, y, BADGE.width / 2, 0, 2 * Math.PI);
  pen.fillStyle = badge.fill;
  pen.fill();
  pen.font = font.replace(/^\S+ \S+/, "700 11.5px");
  [pen.textAlign, pen.fillStyle] = ["center", badge.ink];
  pen.fillText(badge.text, x, y + 0.5);
}

function drawLegend(pen: Pen, parts: PictureParts, columns: number): void {
  const { inks, frame, family } = parts;
  const top = frame.height + GAP;
  const font = fontOf("chip", family);
  const width = (frame.width - 2 * MARGIN) / columns;
  const rows = Math.ceil(parts.names.length / columns);
  parts.legend.forEach((badge, at) => {
    const x = MARGIN + Math.floor(at / rows) * width;
    const y = top + ((at % rows) + 0.5) * LINE;
    drawBadge(pen, badge, x + BADGE.width / 2, y, font);
    [pen.font, pen.textAlign, pen.fillStyle] = [font, "left", inks.ink];
    pen.fillText(parts.names[at] ?? "", x + BADGE.width + 7, y + 0.5, width - BADGE.width - 14);
  });
  [pen.font, pen.textAlign] = [fontOf("tick", family), "left"];
  parts.key.forEach((line, at) => drawKeyLine(pen, line, top + (rows + at + 0.5) * LINE, inks));
  pen.fillStyle = inks.soft;
  const bottom = top + (rows + parts.key.length + 0.5) * LINE;
  pen.fillText(parts.caption, MARGIN, bottom + MARGIN / 4, frame.width - 2 * MARGIN);
}

function drawKeyLine(pen: Pen, { text, kind }: KeyLine, y: number, { soft, page }: Inks): void {
  const isPossible = kind === "possible";
  [pen.fillStyle, pen.strokeStyle] = [mix(page, soft, isPossible ? 0.12 : 0.5), soft];
  pen.lineWidth = isPossible ? 1 : 2.5;
  pen.fillRect(MARGIN, y - 6, 21, 12);
  pen.strokeRect(MARGIN, y - 6, 21, 12);
  pen.fillStyle = soft;
  pen.fillText(text, MARGIN + 28, y + 0.5);
}
