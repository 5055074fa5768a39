/** From state to all that is shown: pure, and the only place where the page decides anything. */

import { type Contradiction, settle } from "./bounds";
import { axesOf } from "./cell_data";
import { type Change, change } from "./compare";
import { evaluate, type Finding, type Findings } from "./evaluate";
import { same, type Spans, whole, words } from "./spans";
import { entriesOf, type Filter, type PageState, type Slot } from "./state";
import { displayName, type Listed, listed, systemOf } from "./systems";
import type { Family, PageData, Span, Variable } from "./types";

/** One system, with its edits, evaluated. */
export interface Side {
  readonly label: "A" | "B";
  readonly system: Listed;
  /** Says whether it is edited, or not evaluated. */
  readonly name: string;
  readonly edited: boolean;
  /** What is said of each property, edits included. */
  readonly entries: Spans;
  /** What follows from it; the bounds are worked in. */
  readonly spans: Spans;
  readonly contradictions: readonly Contradiction[];
  /** Of these entries or, where they contradict themselves, of the last that did not. */
  readonly findings: Findings | null;
  readonly stale: boolean;
  /** Without the edits. */
  readonly before: Findings | null;
}

/** A family in the table. */
export interface Row {
  readonly family: Family;
  readonly a: Finding | null;
  readonly b: Finding | null;
  readonly byEdits: Change | null;
  readonly between: Change | null;
  readonly listed: boolean;
  readonly open: boolean;
  readonly shown: boolean;
  readonly highlighted: boolean;
}

export interface PageView {
  readonly state: PageState;
  readonly systems: readonly Listed[];
  readonly a: Side;
  readonly b: Side | null;
  readonly rows: readonly Row[];
  /** Properties of which A and B do not say the same. */
  readonly differing: readonly Variable[];
  /** The level of Intelligence at which the table of cells cuts the space. */
  readonly level: number;
}

/** Compute the view. `previous` lends its findings to a system that now contradicts itself. */
export function view(data: PageData, state: PageState, previous: PageView | null): PageView {
  const systems = listed(data, state.held);
  const a = side(data, state, systems, "A", state.a, previous?.a ?? null);
  const b = state.b && side(data, state, systems, "B", state.b, previous?.b ?? null);
  return {
    state,
    systems,
    a,
    b,
    rows: data.families.map((family) => row(data, state, family, a, b)),
    differing: data.variables.filter((each) => b && !same(saidOf(a, each), saidOf(b, each))),
    level: state.level ?? highest(a, axesOf(data)[2]),
  };
}

/** What a system says of a property, edits included. */
export function saidOf(side: Side, variable: Variable): Span {
  return side.entries[variable.id] ?? whole(variable);
}

function highest(side: Side, variable: Variable): number {
  return (side.spans[variable.id] ?? whole(variable))[1];
}

function side(
  data: PageData,
  state: PageState,
  systems: readonly Listed[],
  label: "A" | "B",
  slot: Slot,
  previous: Side | null,
): Side {
  const system = systemOf(systems, slot.system);
  const base = entriesOf(data, state, slot);
  const entries = { ...base, ...slot.edits };
  const { spans, contradictions } = settle(data.variables, entries);
  const stale = contradictions.length > 0;
  const remembered = previous?.system.key === system.key ? previous.findings : null;
  const edited = Object.keys(slot.edits).length > 0;
  const before = edited ? evaluated(data, base) : null;
  const findings = stale ? (remembered ?? before) : evaluate(data.families, spans);
  return {
    label,
    system,
    name: displayName(system, edited, stale),
    edited,
    entries,
    spans,
    contradictions,
    findings,
    stale,
    before,
  };
}

function evaluated(data: PageData, entries: Spans): Findings | null {
  const { spans, contradictions } = settle(data.variables, entries);
  return contradictions.length ? null : evaluate(data.families, spans);
}

function row(data: PageData, state: PageState, family: Family, a: Side, b: Side | null): Row {
  const found = a.findings?.get(family.id) ?? null;
  const other = b?.findings?.get(family.id) ?? null;
  const sure = !a.stale && !b?.stale;
  const byEdits = a.stale ? null : change(a.before?.get(family.id)?.outcome.state, found?.outcome.state);
  const between = sure ? change(found?.outcome.state, other?.outcome.state) : null;
  const told = { family, a: found, b: other, byEdits, between };
  return {
    ...told,
    listed: passes(data, state.filter, told),
    open: state.opened.includes(family.id),
    shown: state.shown.includes(family.id),
    highlighted: state.opened.at(-1) === family.id,
  };
}

function passes(data: PageData, filter: Filter, row: Pick<Row, "family" | "a" | "byEdits" | "between">): boolean {
  const { family, a, byEdits, between } = row;
  if (filter.states.length && !(a && filter.states.includes(a.outcome.state))) return false;
  if (filter.variable && !named(family).includes(filter.variable)) return false;
  if (filter.changed && !byEdits && !between) return false;
  if (filter.starred && family.external !== "yes") return false;
  const text = haystack(data, family);
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What a family's conditions, amplifiers and most severe form name. */
export function named(family: Family): readonly string[] {
  const amplifiers = family.amplifiers.flatMap((each) => each.lookup.variables);
  return [...new Set([...family.table.lookup.variables, ...amplifiers, ...family.raised_by])];
}

const haystacks = new WeakMap<Family, string>();

function haystack(data: PageData, family: Family): string {
  const made = haystacks.get(family);
  if (made !== undefined) return made;
  const works = family.works.map(
    (id) => `${data.works[id]?.title} ${data.works[id]?.authors} ${data.works[id]?.year}`,
  );
  const conditions = [...family.conditions, ...family.amplifiers].map((each) => `${each.text} ${each.encodes}`);
  const matches = family.matches.map((each) => `${each.code} ${each.name}`);
  const { number, name, mechanism, interplay, takeaway, tensions } = family;
  const text = [number, name, mechanism, interplay, takeaway, ...tensions, ...works, ...conditions, ...matches];
  const lower = text.join("\n").toLowerCase();
  haystacks.set(family, lower);
  return lower;
}

/** "5 Control and corrigibility failures". */
export function numbered(family: Family): string {
  return `${family.number} ${family.name}`;
}

/** The conditions that decided, in words with their part in it; nothing decides what contradicts itself. */
export function deciding(side: Side, { family, outcome }: Finding): string {
  if (side.stale) return "not evaluated";
  const texts = outcome.decided.map((index) => family.conditions[index]?.text ?? "").join("; ");
  if (outcome.state === "open") return `holds: ${texts}`;
  if (outcome.state === "undetermined") return `unknown: ${texts}`;
  const failed = outcome.decided.some((index) => outcome.conditions[index] === "n");
  return failed ? `fails: ${texts}` : `cannot all hold: ${texts}`;
}

/** Why a facet and its axis cannot both be so. */
export function why({ facet, axis, allowed }: Contradiction, entries: Spans, bands: readonly string[]): string {
  const said = (variable: Variable): string =>
    `${variable.name} is ${words(variable, entries[variable.id] ?? whole(variable), bands)}`;
  const most = `${facet.name.toLowerCase()} can be ${bands[allowed - 1]} at most`;
  return `${said(facet)}, but ${said(axis)}: an axis bounds its facets, so ${most}.`;
}
