/** One property of A: its choice, what is in effect, on what grounds, and what contradicts it. */

import { overruled, shortRun } from "./attached";
import { type Contradiction, lowerFacet, raiseAxis } from "./bounds";
import type { Desk } from "./desk";
import { button, type Child, h, jumpTo, refill, setAttribute } from "./dom";
import { bandOf, choices, same, type Spans, whole, words } from "./spans";
import { withEdits } from "./state";
import type { Span, Variable } from "./types";
import { type PageView, saidOf, why } from "./view";

export interface Field {
  readonly element: HTMLElement;
  update(view: PageView): void;
}

const value = ([low, high]: Span): string => `${low}-${high}`;

export function field(desk: Desk, variable: Variable): Field {
  const { bands } = desk.data;
  const id = `field-${variable.id}`;
  const select = h("select", { id, "aria-describedby": `${id}-said`, change: () => choose() });
  const choose = (): void => {
    const [low = 1, high = 1] = select.value.split("-").map(Number);
    edit(desk, { ...desk.now().a.entries, [variable.id]: [low, high] });
  };
  const said = h("div", { class: "said", id: `${id}-said` });
  const element = h("div", {}, h("label", { for: id }, variable.name), select, said, help(variable, bands));
  return {
    element,
    update: (view) => {
      const span = saidOf(view.a, variable);
      const key = value(known(variable, span) ? whole(variable) : span);
      refill(select, key, () => options(variable, span, bands));
      select.value = value(span);
      const wrong = view.a.contradictions.filter((each) => each.facet.id === variable.id);
      const isEdited = variable.id in view.state.a.edits;
      setAttribute(select, "aria-invalid", wrong.length ? "true" : null);
      setAttribute(element, "class", `field ${variable.kind}${isEdited ? " edited" : ""}`);
      refill(said, sayKey(view, variable, wrong), () => sayings(desk, view, variable, wrong));
    },
  };
}

function edit(desk: Desk, entries: Spans): void {
  desk.change((state) => withEdits(desk.data, state, entries));
}

function known(variable: Variable, span: Span): boolean {
  return choices(variable).some(({ spans }) => spans.some((each) => same(each, span)));
}

/** The choices, and the span that holds now where it is not among them. */
function options(variable: Variable, span: Span, bands: readonly string[]): HTMLElement[] {
  const option = (each: Span): HTMLElement => h("option", { value: value(each) }, named(variable, each, bands));
  const offered = choices(variable).flatMap(({ name, spans }) => {
    const own = spans.map(option);
    return name === "" ? own : [h("optgroup", { label: name }, ...own)];
  });
  return known(variable, span) ? offered : [...offered, option(span)];
}

function named(variable: Variable, span: Span, bands: readonly string[]): string {
  const capability = variable.kind === "axis" && span[0] === span[1] ? (variable.anchors[span[0] - 1] ?? "") : "";
  return words(variable, span, bands) + (capability ? ` ${capability}` : "");
}

/** What is said beside a property depends on this and on nothing else. */
function sayKey(view: PageView, variable: Variable, wrong: readonly Contradiction[]): string {
  const { a, state } = view;
  const { id } = variable;
  const contradictions = wrong.map((each) => a.entries[each.axis.id]);
  const own = [a.system.key, a.stale, a.entries[id], a.spans[id], state.a.edits[id], contradictions];
  return JSON.stringify([...own, otherwise(view, variable)]);
}

function sayings(desk: Desk, view: PageView, variable: Variable, wrong: readonly Contradiction[]): readonly Child[] {
  const contradictions = wrong.map((each) => contradicted(desk, view, each));
  const other = otherwise(view, variable);
  return [
    ...contradictions,
    other && h("p", { class: "other" }, `B: ${words(variable, other, desk.data.bands)}.`),
    inEffect(desk, view, variable),
    edited(desk, view, variable),
    ...grounds(view, variable),
  ];
}

/** What B says of a property, where A does not say the same. */
function otherwise({ b, differing }: PageView, variable: Variable): Span | null {
  return b && differing.includes(variable) ? saidOf(b, variable) : null;
}

/** A contradiction with its two ways out. */
function contradicted(desk: Desk, view: PageView, found: Contradiction): HTMLElement {
  const { facet, axis, needed, allowed } = found;
  const mend = (entries: Spans): void => {
    edit(desk, entries);
    const select = document.getElementById(`field-${facet.id}`);
    if (select) jumpTo(select);
  };
  const lower = `Lower ${facet.name.toLowerCase()} to ${desk.data.bands[allowed - 1]}`;
  return h(
    "div",
    { class: "wrong", role: "alert" },
    h("p", {}, why(found, view.a.entries, desk.data.bands)),
    button(`Raise ${axis.name} to ${needed}`, () => mend(raiseAxis(view.a.entries, found))),
    " ",
    button(lower, () => mend(lowerFacet(view.a.entries, found))),
  );
}

function inEffect(desk: Desk, view: PageView, variable: Variable): Child {
  const [said, follows] = [saidOf(view.a, variable), view.a.spans[variable.id] ?? whole(variable)];
  if (view.a.stale || same(said, follows)) return null;
  const bounds = variable.kind === "axis" ? "by what its facets need" : "by its axis";
  return h("p", {}, `In effect: ${words(variable, follows, desk.data.bands)}, bounded ${bounds}.`);
}

function edited(desk: Desk, view: PageView, variable: Variable): Child {
  if (!(variable.id in view.state.a.edits)) return null;
  const before = view.a.system.profile.entries[variable.id]?.span ?? whole(variable);
  const undo = (): void => {
    edit(desk, { ...desk.now().a.entries, [variable.id]: before });
    document.getElementById(`field-${variable.id}`)?.focus();
  };
  const name = { class: "plain", "aria-label": `Undo the edit of ${variable.name.toLowerCase()}` };
  const was = `Edited; was ${words(variable, before, desk.data.bands)}. `;
  return h("p", { class: "was" }, was, button("Undo", undo, name));
}

function grounds(view: PageView, { id }: Variable): readonly Child[] {
  const { profile } = view.a.system;
  const title = id in view.state.a.edits ? "Evidence for what it was" : "Evidence";
  const stated = (profile.entries[id]?.evidence ?? []).map((each) => `${title}: ${each}`);
  const declined = profile.attached
    .filter((each) => each.facet === id && each.decision === "declined")
    .map((each) => `Declined: run ${shortRun(each)} of ${each.instrument}. ${each.sentence}`);
  const against = profile.attached
    .filter((each) => each.facet === id && overruled(each, view.state.a.edits[id]))
    .map((each) => `Below what run ${shortRun(each)} supports: an export will say that you declined it.`);
  return [...against, ...stated, ...declined].map((each) => h("p", { class: "evidence" }, each));
}

/** The question, and what each band means. */
function help(variable: Variable, bands: readonly string[]): HTMLElement | null {
  const anchors = variable.anchors.flatMap((anchor, place) =>
    anchor ? [anchorItem(variable, anchor, place + 1, bands)] : [],
  );
  if (!variable.question && !anchors.length) return null;
  const summary = h("summary", { "aria-label": `What ${variable.name.toLowerCase()} means` }, "?");
  const meaning = anchors.length ? h("dl", {}, ...anchors) : null;
  return h("details", { class: "meaning" }, summary, h("p", {}, variable.question), meaning, ours(variable));
}

function anchorItem(variable: Variable, anchor: string, level: number, bands: readonly string[]): HTMLElement {
  const name = variable.kind === "axis" ? String(level) : (bands[bandOf(variable, level) - 1] ?? "");
  return h("div", {}, h("dt", {}, name), h("dd", {}, anchor));
}

function ours(variable: Variable): HTMLElement | null {
  if (variable.kind === "factor") return null;
  const facet = "What the bands mean is ours.";
  const axis = "The bands are ours. A level has a name only where the author's is public.";
  return h("p", {}, h("small", {}, variable.kind === "facet" ? facet : axis));
}
