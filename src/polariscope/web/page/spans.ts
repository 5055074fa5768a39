/** Spans of levels, their words, and the choices that an editor offers for them. */

import type { Span, Variable } from "./types";

export type Spans = Readonly<Record<string, Span>>;

/** All levels: nothing is known. */
export function whole(variable: Variable): Span {
  return [1, variable.labels.length];
}

export function same(a: Span, b: Span): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** The band (1 to 3) of a level, 0 of a factor's. */
export function bandOf(variable: Variable, level: number): number {
  return variable.bands[level - 1] ?? 0;
}

/** The levels in a band. */
export function bandSpan(variable: Variable, band: number): Span {
  return [variable.bands.indexOf(band) + 1, variable.bands.lastIndexOf(band) + 1];
}

/** Whether the span is one that this variable can have. */
export function fits(variable: Variable, span: readonly number[]): span is Span {
  const [low = 0, high = 0] = span;
  const counts = span.length === 2 && Number.isInteger(low) && Number.isInteger(high);
  return counts && low >= 1 && low <= high && high <= variable.labels.length;
}

function label(variable: Variable, level: number): string {
  return variable.labels[level - 1] ?? String(level);
}

/** A span in words, such as "unknown", "high", "at most middle", "3 to 5 (middle)". */
export function words(variable: Variable, span: Span, bands: readonly string[]): string {
  const [low, high] = span;
  if (same(span, whole(variable))) return "unknown";
  if (variable.kind === "axis") return axisWords(variable, span, bands);
  if (low === high) return label(variable, low);
  return low === 1 ? `at most ${label(variable, high)}` : `at least ${label(variable, low)}`;
}

function axisWords(variable: Variable, [low, high]: Span, bands: readonly string[]): string {
  const levels = low === high ? label(variable, low) : `${label(variable, low)} to ${label(variable, high)}`;
  const [from, to] = [bandOf(variable, low), bandOf(variable, high)].map((band) => bands[band - 1] ?? "");
  return `${levels} (${from === to ? from : `${from} to ${to}`})`;
}

/** The spans an editor offers, in groups, from nothing known to a single level. */
export function choices(variable: Variable): readonly { readonly name: string; readonly spans: readonly Span[] }[] {
  if (variable.kind === "factor") return [{ name: "", spans: [whole(variable), [1, 1], [2, 2]] }];
  const top = variable.labels.length;
  const [low, middle, high] = [1, 2, 3].map((band) => bandSpan(variable, band)) as [Span, Span, Span];
  const bands: Span[] = [low, middle, high, [1, middle[1]], [middle[0], top]];
  const open = { name: "", spans: [whole(variable)] };
  if (variable.kind === "facet") return [open, { name: "Bands", spans: bands }];
  const levels = variable.labels.map((_, index): Span => [index + 1, index + 1]);
  return [open, { name: "Bands", spans: bands }, { name: "Levels", spans: levels }];
}
