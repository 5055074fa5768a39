/** Runs attached to a profile as evidence: what the tool proposed, what the user decided, and what follows. */

import { checkKeys, isObject, type Json, lineOf, listOf, Refusal, textOf } from "./json";
import { suggestion } from "./nearest";
import { whole } from "./spans";
import type { Attached, PageData, ProfileEntry, Span } from "./types";

const KEYS = ["run", "instrument", "facet", "proposed", "sentence", "decision", "note_at", "note"];

type Entries = Readonly<Record<string, ProfileEntry>>;

/** Read the list of runs in a profile's file. */
export function readAttached(value: unknown, data: PageData): readonly Attached[] {
  const runs = listOf(value, "evidence").map((each) => readOne(each, data));
  const twice = runs.find(({ run }, place) => runs.findIndex((each) => each.run === run) < place);
  if (twice) throw new Refusal(`"evidence" has the run ${shortRun(twice)} twice.`);
  return runs;
}

function readOne(each: unknown, data: PageData): Attached {
  if (!isObject(each)) throw new Refusal('"evidence" must be a list of runs.');
  checkKeys(each, KEYS, '"evidence"');
  const text = (key: string, missing?: string): string => textOf(each[key] === undefined ? missing : each[key], `evidence: ${key}`);
  const facets = data.variables.filter(({ kind }) => kind === "facet").map(({ id }) => id);
  const facet = oneOf(text("facet", ""), ["", ...facets], "facet");
  const proposed = oneOf(text("proposed", ""), ["", ...data.bands], "proposed");
  if (proposed && !facet) throw new Refusal('"evidence" proposes a band of no facet; name the facet.');
  return {
    run: lineOf(each["run"], "evidence: run"),
    instrument: lineOf(each["instrument"], "evidence: instrument"),
    facet,
    at_least: data.bands.indexOf(proposed) + 1,
    sentence: text("sentence"),
    decision: oneOf(text("decision"), ["accepted", "declined"] as const, "decision"),
    note_at: oneOf(text("note_at", ""), ["", ...data.families.map(({ id }) => id)], "note_at"),
    note: text("note", ""),
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
    const before: ProfileEntry = after[each.facet] ?? { span: whole(variable), said: null, evidence: [] };
    const span: Span = [Math.max(each.at_least, before.span[0]), before.span[1]];
    if (span[0] > span[1])
      throw new Refusal(`Accepted evidence of run ${shortRun(each)} contradicts "${each.facet}".`);
    const said = before.said === undefined ? before.span : before.said;
    after[each.facet] = { span, said, evidence: [...before.evidence, groundOf(each)] };
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

/** The accepted runs that raise a note at a family; one declined, perhaps of another model, raises none. */
export function notesAt(attached: readonly Attached[], family: string): readonly Attached[] {
  return attached.filter(({ note_at, decision }) => note_at === family && decision === "accepted");
}

/** Whether an edit goes below what an accepted run supports: that is a decision against the run. */
export function overruled({ decision, at_least }: Attached, edit: Span | undefined): boolean {
  return decision === "accepted" && edit !== undefined && edit[0] < at_least;
}

/** A run as a profile's file has it. */
export function writeAttached(each: Attached, edit: Span | undefined, bands: readonly string[]): Json {
  const { run, instrument, facet, at_least, sentence, note_at, note } = each;
  const decision = overruled(each, edit) ? "declined" : each.decision;
  return { run, instrument, facet, proposed: bands[at_least - 1] ?? "", sentence, decision, note_at, note };
}
