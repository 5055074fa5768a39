/** What changed, in sentences. */

import { CHANGES, type Change } from "./compare";
import type { State } from "./types";
import { numbered, type PageView, type Row } from "./view";

/** A sentence for the edits and one for the comparison; never a total. */
export function summary(view: PageView): readonly string[] {
  const stale = [view.a, view.b].filter((side) => side?.stale);
  if (stale.length)
    return stale.map((side) => `${side?.label} contradicts itself and is not evaluated: see its profile.`);
  const edits = view.a.edited
    ? [told(view.rows, byEdits, "Your edits of A change no family's state.", "By your edits of A")]
    : [];
  const pair = view.b ? [told(view.rows, between, "A and B have the same state in every family.", "From A to B")] : [];
  const lines = [...edits, ...pair];
  return lines.length ? lines : [placed(view.rows)];
}

/** What is open for A, then what the unknowns decide: the answer itself, while nothing is compared. */
function placed(rows: readonly Row[]): string {
  const named = (state: State) => rows.filter((row) => row.a?.outcome.state === state).map((row) => numbered(row.family));
  const parts = (["open", "undetermined"] as const).map((state) => `${state}: ${named(state).join(", ") || "none"}`);
  return `For A ${parts.join("; ")}. Change the profile, and what opens or closes is said here.`;
}

type Step = (row: Row) => { readonly change: Change | null; readonly after: State | undefined };

const byEdits: Step = (row) => ({ change: row.byEdits, after: row.a?.outcome.state });
const between: Step = (row) => ({ change: row.between, after: row.b?.outcome.state });

function told(rows: readonly Row[], step: Step, none: string, subject: string): string {
  const parts = CHANGES.flatMap((change) => {
    const families = rows.filter((row) => step(row).change === change);
    const names = families.map(
      (row) => numbered(row.family) + (change === "became known" ? ` (${step(row).after})` : ""),
    );
    return names.length ? [`${change}: ${names.join(", ")}`] : [];
  });
  return parts.length ? `${subject}: ${parts.join("; ")}.` : none;
}
