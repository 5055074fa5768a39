/** The state as the part of the address after #: only what differs from how the page opens. */

import { axesOf } from "./cell_data";
import { fits, type Spans } from "./spans";
import { entriesOf, initial, type PageState, type Slot, type Theme, trimmed } from "./state";
import { listed, systemOf } from "./systems";
import type { PageData, Profile, Span, State } from "./types";

const LONGEST = 20_000;
const LOADED = "loaded.";
/** Of a state; the state before the tour has them too. */
const KEYS = "a ae ad b be bd q state names changed starred shown details level cell scene theme".split(" ");
const STATES: readonly State[] = ["open", "closed", "undetermined"];

/** What an address says. */
export interface Read {
  /** null where the address is ignored. */
  readonly state: PageState | null;
  /** What the user is to know of it: why it is ignored, or that a system is not what it was. */
  readonly notice: string;
}

/** Something in an address that cannot be read. */
class Unreadable extends Error {}

const sameList = (a: readonly string[], b: readonly string[]): boolean => a.join("*") === b.join("*");

/** The fragment of a state, without #; empty for the state in which the page opens. */
export function write(data: PageData, state: PageState): string {
  const told = differences(data, state);
  if (state.before) told.set("before", differences(data, state.before).toString());
  if (told.size > 0) told.set("edition", data.edition.digest.slice(0, 8));
  return told.toString();
}

function differences(data: PageData, state: PageState): URLSearchParams {
  const start = initial(data);
  const told = new URLSearchParams();
  const put = (name: string, value: string, usual: string): void => {
    if (value !== usual) told.set(name, value);
  };
  put("a", state.a.system, start.a.system);
  put("ae", spansText(shipped(data, state, state.a)), "");
  put("b", state.b?.system ?? "none", start.b?.system ?? "none");
  if (state.b) put("be", spansText(shipped(data, state, state.b)), "");
  put("q", state.filter.text, "");
  put("state", state.filter.states.join("*"), "");
  put("names", state.filter.variable, "");
  put("changed", state.filter.changed ? "yes" : "no", "no");
  put("starred", state.filter.starred ? "yes" : "no", "no");
  if (!sameList(state.shown, start.shown)) told.set("shown", state.shown.join("*"));
  put("details", state.opened.join("*"), "");
  put("level", String(state.level ?? ""), "");
  put("cell", state.cell?.join("-") ?? "", "");
  put("scene", state.scene ?? "", "");
  put("theme", state.theme, "auto");
  if (told.size === 0) return told;
  put("ad", digest(data, state, state.a), "");
  if (state.b) put("bd", digest(data, state, state.b), "");
  return told;
}

/** FNV-1a of what a profile says before edits; "" for one that the address carries whole. */
function digest(data: PageData, state: PageState, slot: Slot): string {
  if (slot.system.startsWith(LOADED)) return "";
  const spans = entriesOf(data, state, slot);
  const ordered = data.variables.flatMap(({ id }) => (spans[id] ? [[id, spans[id]] as const] : []));
  const mixed = [...spansText(Object.fromEntries(ordered))].reduce(
    (hash, each) => Math.imul(hash ^ (each.codePointAt(0) ?? 0), 0x01000193),
    0x811c9dc5,
  );
  return (mixed >>> 0).toString(16);
}

/** Edits; of a profile that only this page holds, all that is known, so that the address carries it. */
function shipped(data: PageData, state: PageState, slot: Slot): Spans {
  return slot.system.startsWith(LOADED) ? { ...entriesOf(data, state, slot), ...slot.edits } : slot.edits;
}

function spansText(spans: Spans): string {
  return Object.entries(spans)
    .map(([id, [low, high]]) => `${id}.${low === high ? low : `${low}-${high}`}`)
    .join("*");
}

/** Read a fragment; one that is garbage, or of another edition, is ignored as a whole. */
export function read(data: PageData, fragment: string, held: readonly Profile[]): Read {
  const start = { ...initial(data), held };
  if (fragment === "") return { state: start, notice: "" };
  try {
    if (fragment.length > LONGEST) throw new Unreadable("what follows # is too long");
    const told = new URLSearchParams(fragment);
    if (told.get("edition") !== data.edition.digest.slice(0, 8))
      throw new Unreadable("it was written with another edition of the map");
    const state = parsed(data, start, told, [...KEYS, "before", "edition"]);
    return { state, notice: altered(data, told, state) };
  } catch (error) {
    if (error instanceof Unreadable) return { state: null, notice: `The address was ignored: ${error.message}.` };
    throw error;
  }
}

/** Of which systems the address knew another profile under the same name. */
function altered(data: PageData, told: URLSearchParams, state: PageState): string {
  const before = new URLSearchParams(told.get("before") ?? "");
  const slots = [
    [told.get("ad"), state, state.a],
    [told.get("bd"), state, state.b],
    [before.get("ad"), state, state.before?.a],
    [before.get("bd"), state, state.before?.b],
  ] as const;
  const systems = listed(data, state.held);
  const names = slots.flatMap(([known, whole, each]) =>
    known && each && known !== digest(data, whole, each) ? [systemOf(systems, each.system).name] : [],
  );
  if (!names.length) return "";
  return `Not the same as when this address was written: ${[...new Set(names)].join(", ")}. The results may differ.`;
}

function parsed(data: PageData, start: PageState, told: URLSearchParams, keys: readonly string[]): PageState {
  if ([...told.keys()].some((name) => !keys.includes(name)))
    throw new Unreadable("what follows # was not written by this page");
  const scenes = data.tour.map(({ id }) => id);
  const scene = oneOf(told.get("scene"), scenes, "") || null;
  const before = scene ? parsed(data, start, new URLSearchParams(told.get("before") ?? ""), KEYS) : null;
  return { ...placed(data, before ? { ...start, held: before.held } : start, told), scene, before };
}

/** All but the tour. */
function placed(data: PageData, start: PageState, told: URLSearchParams): PageState {
  const families = data.families.map(({ id }) => id);
  const variables = data.variables.map(({ id }) => id);
  const a = slot(data, start, told.get("a") ?? start.a.system, told.get("ae") ?? "");
  const key = told.get("b") ?? start.b?.system ?? "none";
  const b = key === "none" ? null : slot(data, { ...start, held: a.held }, key, told.get("be") ?? "");
  return {
    ...start,
    a: a.slot,
    b: b?.slot ?? null,
    held: b?.held ?? a.held,
    filter: {
      text: told.get("q") ?? "",
      states: list(told.get("state"), STATES, []),
      variable: oneOf(told.get("names"), variables, ""),
      changed: told.get("changed") === "yes",
      starred: told.get("starred") === "yes",
    },
    shown: list(told.get("shown"), families, start.shown),
    opened: list(told.get("details"), families, []),
    level: cut(data, told.get("level")),
    cell: cell(data, told.get("cell")),
    theme: oneOf<Theme>(told.get("theme"), ["auto", "light", "dark"], "auto"),
  };
}

function slot(data: PageData, state: PageState, key: string, text: string): { slot: Slot; held: readonly Profile[] } {
  const spans = spansOf(data, text);
  if (listed(data, state.held).some((each) => each.key === key)) {
    const bare = { system: key, edits: {} };
    return {
      slot: { ...bare, edits: trimmed(data, entriesOf(data, state, bare), complete(data, key, spans)) },
      held: state.held,
    };
  }
  if (!key.startsWith(LOADED)) throw new Unreadable("it names a system that is not in this page");
  const entries = Object.fromEntries(Object.entries(spans).map(([id, span]) => [id, { span, evidence: [] }]));
  const description = "From the address of this page, which carries no evidence.";
  const profile: Profile = { name: key.slice(LOADED.length), description, made_by: "", entries, attached: [] };
  return { slot: { system: key, edits: {} }, held: [...state.held, profile] };
}

/** Of a loaded profile the address tells all that is known; what it leaves out is unknown. */
function complete(data: PageData, key: string, spans: Spans): Spans {
  if (!key.startsWith(LOADED)) return spans;
  return Object.fromEntries(data.variables.map(({ id, labels }) => [id, spans[id] ?? ([1, labels.length] as const)]));
}

function spansOf(data: PageData, text: string): Spans {
  const spans: Record<string, Span> = {};
  for (const part of text === "" ? [] : text.split("*")) {
    const [, id = "", low = "", high = low] = /^(.+)\.(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    const variable = data.variables.find((each) => each.id === id);
    const span = [Number(low), Number(high)];
    if (!variable || !fits(variable, span)) throw new Unreadable("it sets a property to a level that does not exist");
    spans[id] = span;
  }
  return spans;
}

function list<T extends string>(text: string | null, known: readonly T[], usual: readonly T[]): readonly T[] {
  if (text === null) return usual;
  return [...new Set(text === "" ? [] : text.split("*"))].map((each) => oneOf(each, known, known[0] as T));
}

function oneOf<T extends string>(text: string | null, known: readonly T[], usual: T): T {
  const found = text === null ? usual : known.find((each) => each === text);
  if (found === undefined) throw new Unreadable(`it names something unknown, "${String(text).slice(0, 40)}"`);
  return found;
}

function cut(data: PageData, text: string | null): number | null {
  if (text === null) return null;
  const level = Number(text);
  const top = axesOf(data)[2].labels.length;
  if (!Number.isInteger(level) || level < 1 || level > top)
    throw new Unreadable("it names a level that does not exist");
  return level;
}

function cell(data: PageData, text: string | null): PageState["cell"] {
  if (text === null) return null;
  const [b = 0, c = 0, i = 0] = text.split("-").map(Number);
  const tops = axesOf(data).map(({ labels }) => labels.length);
  const fine = [b, c, i].every((level, axis) => Number.isInteger(level) && level >= 1 && level <= (tops[axis] ?? 0));
  if (!fine) throw new Unreadable("it names a cell that does not exist");
  return [b, c, i];
}
