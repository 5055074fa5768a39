/** A profile on its way out, as the JSON that `polariscope risk` reads. Undone by profile_in.ts. */

import { groundOf, writeAttached } from "./attached";
import type { Json } from "./json";
import { FROM_EXAMPLE, TABLES } from "./profile_in";
import { bandOf, bandSpan, same, type Spans, whole } from "./spans";
import type { PageData, Profile, ProfileEntry, Span, Variable } from "./types";

/** The text of the file, under a name that may say that it is edited. Evidence stands only where nothing was edited: it is of what was said before. */
export function profileJson(profile: Profile, name: string, edits: Spans, data: PageData): string {
  const runs = profile.attached.map((each) => writeAttached(each, edits[each.facet], data.bands));
  const told = { format: 1, name, description: profile.description, edition: data.edition.id };
  const example = profile.made_by === "ours" ? profile.name : profile.made_by.split(FROM_EXAMPLE)[1];
  const origin = { edition_digest: data.edition.digest, ...(example ? { from_example: example } : {}) };
  const file = { ...told, ...origin, ...tables(profile, edits, data), ...(runs.length ? { evidence: runs } : {}) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function tables(profile: Profile, edits: Spans, data: PageData): Json {
  const grounds = new Set(profile.attached.map(groundOf));
  const filled = Object.entries(TABLES).map(([table, kind]) => {
    const own = data.variables.filter((each) => each.kind === kind);
    const said = own.map((each) => [
      each.id,
      entryOf(each, profile.entries[each.id], edits[each.id], grounds, data.bands),
    ]);
    return [table, Object.fromEntries(said.filter(([, value]) => value !== null))];
  });
  return Object.fromEntries(filled) as Json;
}

function entryOf(
  variable: Variable,
  entry: ProfileEntry | undefined,
  edit: Span | undefined,
  grounds: ReadonlySet<string>,
  bands: readonly string[],
): unknown {
  // What the user said, not what accepted evidence made of it: that stands with its run, and may be declined later.
  const span = edit ?? (entry?.said === undefined ? entry?.span : entry.said);
  if (!span) return null;
  const is = spanOf(variable, span, bands);
  const evidence = edit ? [] : (entry?.evidence ?? []).filter((each) => !grounds.has(each));
  return evidence.length ? { is, evidence } : is;
}

function spanOf(variable: Variable, span: Span, bands: readonly string[]): unknown {
  if (same(span, whole(variable))) return "unknown";
  if (variable.kind === "factor") return span[0] === 2 ? "yes" : "no";
  const [from, to] = [bandOf(variable, span[0]), bandOf(variable, span[1])];
  if (from === to && same(span, bandSpan(variable, from))) return bands[from - 1];
  if (variable.kind === "axis") return span[0] === span[1] ? span[0] : span;
  return [bands[from - 1], bands[to - 1]];
}
