/** What the page remembers, as one frozen value; every change of it is a pure function. */

import { lowerFacet, raiseAxis, settle } from "./bounds";
import { same, type Spans } from "./spans";
import { listed, systemOf } from "./systems";
import type { Move, PageData, Profile, Scene, State, Variable } from "./types";

export type Theme = "auto" | "light" | "dark";

/** A system and what was changed of it here. */
export interface Slot {
  readonly system: string;
  readonly edits: Spans;
}

export interface Filter {
  readonly text: string;
  /** Of A; none means all. */
  readonly states: readonly State[];
  /** Id of a variable that the family names, "" for any. */
  readonly variable: string;
  readonly changed: boolean;
  readonly starred: boolean;
}

/** A cell of the space: levels of Beingness, Cognition and Intelligence. */
export type Cell = readonly [beingness: number, cognition: number, intelligence: number];

export interface PageState {
  readonly a: Slot;
  readonly b: Slot | null;
  /** Profiles loaded from files, or from an address. */
  readonly held: readonly Profile[];
  readonly filter: Filter;
  /** Families drawn in the space. */
  readonly shown: readonly string[];
  /** Families whose details are open; the last one is highlighted. */
  readonly opened: readonly string[];
  /** The level of Intelligence at which the table of cells cuts the space; null for the highest that A may have. */
  readonly level: number | null;
  readonly cell: Cell | null;
  readonly scene: string | null;
  /** What a tour will bring back; null where none runs. */
  readonly before: PageState | null;
  readonly theme: Theme;
}

export const NO_FILTER: Filter = { text: "", states: [], variable: "", changed: false, starred: false };

/** How the page opens: the user's first system, their second beside it if there are two. */
export function initial(data: PageData): PageState {
  const [first, second] = listed(data, []);
  const two = data.systems.length === 2 && second;
  const shown = data.tour[0]?.families ?? data.families.slice(0, 1).map((family) => family.id);
  return {
    a: { system: first?.key ?? "blank", edits: {} },
    b: two ? { system: second.key, edits: {} } : null,
    held: [],
    filter: NO_FILTER,
    shown,
    opened: [],
    level: null,
    cell: null,
    scene: null,
    before: null,
    theme: "auto",
  };
}

/** What a system's profile says, before edits. */
export function entriesOf(data: PageData, state: PageState, slot: Slot): Spans {
  const { profile } = systemOf(listed(data, state.held), slot.system);
  return Object.fromEntries(Object.entries(profile.entries).map(([id, entry]) => [id, entry.span]));
}

/** Edits that differ from what they edit. */
export function trimmed(data: PageData, base: Spans, edits: Spans): Spans {
  const kept = data.variables.filter(({ id, labels }) => {
    const edit = edits[id];
    return edit && !same(edit, base[id] ?? [1, labels.length]);
  });
  return Object.fromEntries(kept.map(({ id }) => [id, edits[id] as Spans[string]]));
}

/** A with other edits; those that change nothing are dropped. */
export function withEdits(data: PageData, state: PageState, edits: Spans): PageState {
  return { ...state, a: { ...state.a, edits: trimmed(data, entriesOf(data, state, state.a), edits) } };
}

/** A as its profile is. */
export function unedited(state: PageState): PageState {
  return { ...state, a: { ...state.a, edits: {} } };
}

/** Apply moves to A. What contradicts them gives way: an axis rises with its facet, a facet sinks with its axis. */
export function tryMoves(data: PageData, state: PageState, moves: readonly Move[]): PageState {
  const moved = new Set(moves.map((move) => move.variable));
  const spans = Object.fromEntries(moves.map((move) => [move.variable, move.span]));
  let entries: Spans = { ...entriesOf(data, state, state.a), ...state.a.edits, ...spans };
  for (const found of settle(data.variables, entries).contradictions) {
    entries = moved.has(found.axis.id) ? lowerFacet(entries, found) : raised(data.variables, entries, found.axis);
  }
  return withEdits(data, state, entries);
}

function raised(variables: readonly Variable[], entries: Spans, axis: Variable): Spans {
  const own = settle(variables, entries).contradictions.filter((each) => each.axis.id === axis.id);
  return own.reduce((risen, found) => raiseAxis(risen, found), entries);
}

/** Without an id where it is there, with it at the end where it is not. */
export function toggled(ids: readonly string[], id: string): readonly string[] {
  return ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id];
}

/** The id at the end, whether or not it was there. */
export function last(ids: readonly string[], id: string): readonly string[] {
  return [...ids.filter((each) => each !== id), id];
}

/** The page as a scene of the tour wants it. */
export function atScene(data: PageData, state: PageState, scene: Scene): PageState {
  const keys = new Map(
    listed(data, [])
      .filter(({ group }) => group === "ours")
      .map((each) => [each.profile.name, each.key]),
  );
  const [a, b] = scene.systems.map((name) => ({ system: keys.get(name) ?? "blank", edits: {} }));
  return {
    ...state,
    a: a ?? state.a,
    b: b ?? null,
    shown: scene.families,
    opened: [],
    filter: NO_FILTER,
    scene: scene.id,
    before: state.before ?? state,
  };
}

/** The page as it was before the tour, with what is no part of a scene. */
export function leftTour(state: PageState): PageState {
  return state.before ? { ...state.before, held: state.held, theme: state.theme } : state;
}
