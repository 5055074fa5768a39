/** Looks up what Python computed: no condition is evaluated here. */

import type { Spans } from "./spans";
import type { Family, Lookup, Move, Outcome, State, Truth, Variable } from "./types";
import { settle } from "./bounds";

/** A family, for one system. */
export interface Finding {
  readonly family: Family;
  readonly outcome: Outcome;
  /** Of each amplifier; these never decide. */
  readonly amplifiers: readonly Truth[];
  /** Of each factor that raises the most severe form; these never decide. */
  readonly raised: readonly Truth[];
}

export type Findings = ReadonlyMap<string, Finding>;

/** What the tests ask of the page. */
export type Answers =
  | { readonly contradiction: string }
  | {
      readonly states: Readonly<Record<string, State>>;
      readonly conditions: Readonly<Record<string, string>>;
      readonly toOpen: Readonly<Record<string, readonly (readonly Move[])[]>>;
      readonly toClose: Readonly<Record<string, readonly (readonly Move[])[]>>;
    };

/** The row of settled spans: mixed radix of their classes, the first variable most significant. */
export function rowOf(lookup: Lookup, spans: Spans): number {
  return lookup.variables.reduce((row, id, place) => {
    const [low, high] = spans[id] ?? [1, 1];
    return row * (lookup.sizes[place] ?? 1) + (lookup.classes[place]?.[low - 1]?.[high - low] ?? 0);
  }, 0);
}

export function evaluate(families: readonly Family[], spans: Spans): Findings {
  return new Map(families.map((family) => [family.id, find(family, spans)]));
}

function find(family: Family, spans: Spans): Finding {
  const outcome = family.table.outcomes[family.table.rows[rowOf(family.table.lookup, spans)] ?? -1];
  if (outcome === undefined) throw new Error(`${family.id}: no row for settled spans`);
  const amplifiers = family.amplifiers.map((each) => (each.rows[rowOf(each.lookup, spans)] ?? "?") as Truth);
  return { family, outcome, amplifiers, raised: family.raised_by.map((id) => answer(spans, id)) };
}

function answer(spans: Spans, factor: string): Truth {
  const [low, high] = spans[factor] ?? [1, 2];
  return low !== high ? "?" : low === 2 ? "y" : "n";
}

/** Moves of the smallest changes that an outcome names. */
export function changesOf(family: Family, indexes: readonly number[]): readonly (readonly Move[])[] {
  return indexes.map((index) => family.table.changes[index] ?? []);
}

/** Entries in, answers out: what a test compares with Python. */
export function answers(variables: readonly Variable[], families: readonly Family[], entries: Spans): Answers {
  const { spans, contradictions } = settle(variables, entries);
  const first = contradictions[0];
  if (first) return { contradiction: `${first.facet.id} above ${first.axis.id}` };
  const found = [...evaluate(families, spans).values()];
  const by = <T>(value: (finding: Finding) => T): Record<string, T> =>
    Object.fromEntries(found.map((finding) => [finding.family.id, value(finding)]));
  return {
    states: by(({ outcome }) => outcome.state),
    conditions: by(({ outcome }) => outcome.conditions),
    toOpen: by(({ family, outcome }) => changesOf(family, outcome.toOpen)),
    toClose: by(({ family, outcome }) => changesOf(family, outcome.toClose)),
  };
}
