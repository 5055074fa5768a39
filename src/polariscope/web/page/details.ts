/** All that is to say of one family: why it is as it is, what would change it, and where that is from. */

import { notesAt, shortRun } from "./attached";
import type { Desk } from "./desk";
import { button, type Child, fill, h, link, refill, spoken } from "./dom";
import { changesOf } from "./evaluate";
import { PRESENT, truthBadge, YES } from "./marks";
import { tryMoves } from "./state";
import type { Condition, Family, Move, Truth } from "./types";
import { numbered, type PageView, type Row } from "./view";

const WORKS: Readonly<Record<string, string>> = { post: "named in the post", ours: "added by us" };

export interface Details {
  readonly element: HTMLElement;
  update(view: PageView, row: Row): void;
}

export function details(desk: Desk, family: Family): Details {
  const why = h("div");
  const would = h("div", { tabindex: -1 });
  const notes = h("div");
  const left = h("div", {}, h("h3", {}, "Conditions, all of which must hold"), why, would, notes);
  return {
    element: h("div", { class: "inside" }, left, background(desk, family)),
    update: (view, row) => {
      const stale = [view.a.stale, view.b?.stale];
      const told = [row.a, row.b].map((found) => found && [found.outcome, found.amplifiers, found.raised]);
      refill(why, JSON.stringify([told, stale]), () => reasons(desk, family, view, row));
      refill(would, JSON.stringify([row.a?.outcome, stale]), () => wouldChange(desk, view, row, would));
      refill(notes, JSON.stringify([view.a.system.key, view.b?.system.key]), () => raisedNotes(family, view));
    },
  };
}

function reasons(desk: Desk, family: Family, view: PageView, row: Row): readonly Child[] {
  const { a, b } = row;
  const conditions = family.conditions.map((each, place) =>
    condition(each, truths(view, a?.outcome.conditions[place] as Truth, b?.outcome.conditions[place] as Truth)),
  );
  const amplifiers = family.amplifiers.map((each, place) =>
    condition(each, truths(view, a?.amplifiers[place], b?.amplifiers[place], PRESENT)),
  );
  const factors = family.raised_by.map((id, place) =>
    h("li", {}, ...truths(view, a?.raised[place], b?.raised[place], YES), " ", h("b", {}, nameOf(desk, id))),
  );
  return [
    ...[view.a, view.b].map((side) => (side?.stale ? h("p", { class: "help" }, lastValid(side.label)) : null)),
    h("ul", { class: "conditions" }, ...conditions),
    ...group("Amplifiers", "They make it worse and never decide.", amplifiers),
    ...group("Raised by", "Outside factors that its most severe form needs; they never decide.", factors),
  ];
}

function lastValid(label: string): string {
  return `Not evaluated: what ${label} says here is of its last valid profile.`;
}

/** Of A, and of B beside it where there is one. */
function truths(view: PageView, a?: Truth, b?: Truth, words?: typeof PRESENT): readonly HTMLElement[] {
  if (!view.b) return a ? [truthBadge(a, words)] : [];
  const of = (label: string, truth: Truth): HTMLElement =>
    h("span", { class: "of" }, `${label} `, truthBadge(truth, words));
  return [...(a ? [of("A", a)] : []), ...(b ? [of("B", b)] : [])];
}

function condition(each: Condition, badges: readonly HTMLElement[]): HTMLElement {
  const words = each.encodes ? ["Encodes ", h("q", {}, each.encodes), ". "] : [];
  return h("li", {}, ...badges, " ", h("b", {}, each.text), h("small", {}, ...words, origin(each)));
}

function origin({ threshold, reason }: Condition): string {
  if (threshold === "stated") return "The threshold is stated there.";
  return `Threshold: ${threshold === "ours" ? "ours" : `of edition ${threshold}`}. ${reason}`;
}

function group(title: string, told: string, items: readonly HTMLElement[]): readonly Child[] {
  if (!items.length) return [];
  return [h("h3", {}, title, " ", h("small", {}, told)), h("ul", { class: "conditions" }, ...items)];
}

const NO_CHANGES = "What would change it is said once the profile of A no longer contradicts itself.";

function wouldChange(desk: Desk, view: PageView, row: Row, home: HTMLElement): readonly Child[] {
  if (!row.a || view.a.stale) return [h("p", { class: "help" }, NO_CHANGES)];
  const { toOpen, toClose } = row.a.outcome;
  const part = (verb: string, indexes: readonly number[]): readonly Child[] => {
    const items = changesOf(row.family, indexes).map((moves) => tryOut(desk, row.family, moves, home));
    return items.length ? [h("h3", {}, `Smallest changes that would ${verb} it for A`), h("ul", {}, ...items)] : [];
  };
  return [...part("close", toClose), ...part("open", toOpen)];
}

/** A change with its button. The list is made anew by it, so the focus goes to the list's home. */
function tryOut(desk: Desk, family: Family, moves: readonly Move[], home: HTMLElement): HTMLElement {
  const text = moves.map((move) => move.text).join(" and ");
  const press = (): void => {
    desk.change((state) => tryMoves(desk.data, state, moves));
    home.focus();
    const state = desk.now().a.findings?.get(family.id)?.outcome.state;
    desk.tell(`Tried: ${text}. ${numbered(family)} is now ${state} for A.`);
  };
  const trial = button("Try it", press);
  trial.append(spoken(`: ${text}`));
  return h("li", {}, text, " ", trial);
}

function raisedNotes(family: Family, view: PageView): readonly Child[] {
  const items = [view.a, view.b].flatMap((side) => {
    const noted = side ? notesAt(side.system.profile.attached, family.id) : [];
    return noted.map((each) => {
      const from = `Run ${shortRun(each)} of ${each.instrument}, ${each.decision}: ${each.sentence}`;
      return h("li", {}, h("b", {}, `${side?.label}: `), each.note, h("small", {}, from));
    });
  });
  return items.length ? [h("h3", {}, "Notes raised by evidence"), h("ul", {}, ...items)] : [];
}

function nameOf(desk: Desk, id: string): string {
  return desk.data.variables.find((each) => each.id === id)?.name ?? id;
}

function background(desk: Desk, family: Family): HTMLElement {
  const element = h("dl", {});
  const told: readonly (readonly [string, readonly Child[]])[] = [
    ["Mechanism", [family.mechanism]],
    [family.by ? `What edition ${family.by} encodes` : "Axis interplay, the author's row", family.interplay ? [h("q", {}, family.interplay)] : []],
    ["Takeaway", [family.takeaway]],
    ["Region in the space", [family.region_text]],
    ["Tensions", list(family.tensions.map((each) => [each]))],
    ["Works", list(family.works.map((id) => work(desk, id)))],
    [`Crosswalk, ${family.by ? `of edition ${family.by}` : "ours"}`, list(family.matches.map(match))],
  ];
  const parts = told.filter(([, children]) => children.some((child) => child !== null && child !== ""));
  fill(element, ...parts.map(([title, children]) => h("div", {}, h("dt", {}, title), h("dd", {}, ...children))));
  return element;
}

function list(items: readonly (readonly Child[])[]): readonly Child[] {
  return items.length ? [h("ul", {}, ...items.map((item) => h("li", {}, ...item)))] : [];
}

function work(desk: Desk, id: string): readonly Child[] {
  const found = desk.data.works[id];
  if (!found) return [id];
  const by = WORKS[found.named_by] ?? `added by edition ${found.named_by}`;
  return [`${found.authors} ${found.year}. `, link(found.url, found.title), h("small", {}, ` ${by}`)];
}

function match(each: Family["matches"][number]): readonly Child[] {
  const relation = each.predicate.replace(/Match$/, " match");
  return [
    `${each.scheme} ${each.code} ${each.name}: ${relation}, confidence ${each.confidence}`,
    h("small", {}, ` ${each.reason}`),
  ];
}
