/** Runs attached to a profile as evidence: what the tool proposed, what the user decided, and what follows. */

import { isObject, type Json, Refusal, textOf } from "./json";
import { suggestion } from "./nearest";
import { whole } from "./spans";
import type { Attached, PageData, ProfileEntry, Span } from "./types";

type Entries = Readonly<Record<string, ProfileEntry>>;

/** Read the list of runs in a profile's file. */
export function readAttached(value: unknown, data: PageData): readonly Attached[] {
  if (!Array.isArray(value)) throw new Refusal('"evidence" must be a list of runs.');
  const runs = value.map((each: unknown) => readOne(each, data));
  const twice = runs.find(({ run }, place) => runs.findIndex((each) => each.run === run) < place);
  if (twice) throw new Refusal(`"evidence" has the run ${shortRun(twice)} twice.`);
  return runs;
}

function readOne(each: unknown, data: PageData): Attached {
  if (!isObject(each)) throw new Refusal('"evidence" must be a list of runs.');
  const text = (key: string): string => textOf(each[key] ?? "", `evidence: ${key}`);
  const facets = data.variables.filter(({ kind }) => kind === "facet").map(({ id }) => id);
  const facet = oneOf(text("facet"), ["", ...facets], "facet");
  const note_at = oneOf(text("note_at"), ["", ...data.families.map(({ id }) => id)], "note_at");
  const at_least = facet === "" ? 0 : data.bands.indexOf(oneOf(text("proposed"), ["", ...data.bands], "proposed")) + 1;
  const decision = oneOf(text("decision"), ["accepted", "declined"] as const, "decision");
  return {
    run: text("run"),
    instrument: text("instrument"),
    facet,
    at_least,
    sentence: text("sentence"),
    decision,
    note_at,
    note: text("note"),
  };
}

function oneOf<T extends string>(said: string, known: readonly T[], key: string): T {
  const found = known.find((each) => each === said);
  if (found !== undefined) return found;
  throw new Refusal(
    `"evidence" has ${key} "${said.slice(0, 80)}", which this edition does not know.${suggestion(said, known)}`,
  );
}

/** The entries, with what accepted evidence says worked in. */
export function workedIn(entries: Entries, attached: readonly Attached[], data: PageData): Entries {
  const after: Record<string, ProfileEntry> = { ...entries };
  for (const each of attached) {
    const variable = data.variables.find(({ id }) => id === each.facet);
    if (each.decision !== "accepted" || each.at_least === 0 || !variable) continue;
    const before = after[each.facet] ?? { span: whole(variable), evidence: [] };
    const span: Span = [Math.max(each.at_least, before.span[0]), before.span[1]];
    if (span[0] > span[1])
      throw new Refusal(`Accepted evidence of run ${shortRun(each)} contradicts "${each.facet}".`);
    after[each.facet] = { span, evidence: [...before.evidence, groundOf(each)] };
  }
  return after;
}

/** How an accepted run stands among the grounds of an entry. */
export function groundOf(each: Attached): string {
  return `run ${shortRun(each)}: ${each.sentence}`;
}

export function shortRun({ run }: Attached): string {
  return run.slice(0, 12);
}

/** A run as a profile's file has it. An edit that goes below what it supports is a decision against it. */
export function writeAttached(each: Attached, edit: Span | undefined, bands: readonly string[]): Json {
  const { run, instrument, facet, at_least, sentence, note_at, note } = each;
  const decision = edit && edit[0] < at_least ? "declined" : each.decision;
  return { run, instrument, facet, proposed: bands[at_least - 1] ?? "", sentence, decision, note_at, note };
}
