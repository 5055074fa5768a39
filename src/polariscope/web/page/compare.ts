/** What became of a family from one state to another. Mirrors risk/comparison.py. */

import type { State } from "./types";

export type Change = "opened" | "closed" | "became known" | "became unknown";

export const CHANGES: readonly Change[] = ["opened", "closed", "became known", "became unknown"];

export function change(before: State | undefined, after: State | undefined): Change | null {
  if (before === undefined || after === undefined || before === after) return null;
  if (before === "undetermined") return "became known";
  if (after === "undetermined") return "became unknown";
  return after === "open" ? "opened" : "closed";
}
