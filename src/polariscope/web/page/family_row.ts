/** One family in the table: a row that is patched, and below it the details, made when they are first opened. */

import { notesAt } from "./attached";
import type { Change } from "./compare";
import type { Desk } from "./desk";
import { type Details, details } from "./details";
import { button, h, jumpTo, refill, setAttribute, setText } from "./dom";
import type { Finding } from "./evaluate";
import { stateBadge } from "./marks";
import { last, NO_FILTER, toggled } from "./state";
import type { Family } from "./types";
import { deciding, numbered, type PageView, type Row, type Side } from "./view";

export interface FamilyRow {
  readonly elements: readonly [HTMLElement, HTMLElement];
  update(view: PageView, row: Row): void;
}

/** Open a family's details and go there, past a filter that hides it. */
export function reveal(desk: Desk, id: string): void {
  desk.change((state) => ({ ...state, opened: last(state.opened, id) }));
  const toggle = document.getElementById(`family-${id}`);
  if (toggle && toggle.offsetParent === null) desk.change((state) => ({ ...state, filter: NO_FILTER }));
  if (toggle) jumpTo(toggle);
}

/** The details are made when they are first opened, and patched from then on. */
export function familyRow(desk: Desk, family: Family): FamilyRow {
  const row = mainRow(desk, family);
  const inside = h("td", { role: "cell", colspan: 7 });
  const below = h("tr", { role: "row", class: "details", id: `details-${family.id}` }, inside);
  let opened: Details | null = null;
  return {
    elements: [row.element, below],
    update: (view, now) => {
      row.update(view, now);
      below.hidden = !now.listed || !now.open;
      if (!now.open) return;
      if (!opened) {
        opened = details(desk, family);
        inside.append(opened.element);
      }
      opened.update(view, now);
    },
  };
}

function mainRow(desk: Desk, family: Family): { element: HTMLElement; update: FamilyRow["update"] } {
  const toggle = makeToggle(desk, family);
  const drawn = makeDrawn(desk, family);
  const told = h("small");
  const cells = { a: cell("a"), b: cell("b"), change: cell("change"), why: cell("why") };
  const element = h(
    "tr",
    { role: "row" },
    h("td", { class: "number", role: "cell" }, String(family.number)),
    h("th", { class: "family", scope: "row", role: "rowheader" }, toggle, told),
    ...Object.values(cells),
    h("td", { class: "drawn", role: "cell" }, drawn),
  );
  const update: FamilyRow["update"] = (view, now) => {
    const changed = now.byEdits !== null || now.between !== null;
    element.hidden = !now.listed;
    setAttribute(element, "class", `family${now.open ? " opened" : ""}${changed ? " changed" : ""}`);
    setAttribute(toggle, "aria-expanded", String(now.open));
    drawn.checked = now.shown;
    setText(told, [nameBy(family), notesOf(family, view)].filter(Boolean).join("; "));
    patchState(cells.a, now.a, view.a);
    patchState(cells.b, now.b, view.b);
    patchChange(cells.change, now);
    patchWhy(cells.why, now, view);
  };
  return { element, update };
}

function makeToggle(desk: Desk, family: Family): HTMLButtonElement {
  const press = (): void => desk.change((state) => ({ ...state, opened: toggled(state.opened, family.id) }));
  const ids = { id: `family-${family.id}`, "aria-controls": `details-${family.id}` };
  const toggle = button(family.name, press, { class: "toggle", ...ids });
  const title = "its most severe form needs factors outside the axes";
  if (family.external === "yes") toggle.append(h("span", { title }, " *"));
  return toggle;
}

function makeDrawn(desk: Desk, family: Family): HTMLInputElement {
  const press = (): void => desk.change((state) => ({ ...state, shown: toggled(state.shown, family.id) }));
  const label = `Show ${numbered(family)} in the space`;
  return h("input", { type: "checkbox", "aria-label": label, change: press });
}

function nameBy({ name_by }: Family): string {
  if (name_by === "author") return "";
  return name_by === "ours" ? "our name" : `named by ${name_by}`;
}

function notesOf(family: Family, view: PageView): string {
  const sides = [view.a, view.b].flatMap((side) => side ?? []);
  const noted = sides.filter(({ system }) => notesAt(system.profile.attached, family.id).length > 0);
  return noted.length ? `evidence raised a note for ${noted.map(({ label }) => label).join(" and ")}` : "";
}

function cell(name: string): HTMLElement {
  return h("td", { class: name, role: "cell" });
}

function patchState(element: HTMLElement, found: Finding | null, side: Side | null): void {
  const state = found?.outcome.state;
  refill(element, `${state} ${side?.stale} ${side?.label}`, () => {
    if (!side) return [];
    const label = h("span", { class: "side" }, `${side.label} `);
    if (!side.stale) return [label, state ? stateBadge(state) : null];
    const before = state ? h("small", {}, `last valid: ${state}`) : null;
    return [label, h("span", { class: "stale" }, "not evaluated"), before];
  });
}

function patchChange(element: HTMLElement, { byEdits, between }: Row): void {
  const told = (change: Change | null, by: string): HTMLElement | null =>
    change && h("span", { class: "delta" }, `${change} `, h("small", {}, by));
  refill(element, `${byEdits} ${between}`, () => [told(byEdits, "by edits"), told(between, "A to B")]);
}

function patchWhy(element: HTMLElement, { a, b }: Row, view: PageView): void {
  const own = a ? deciding(view.a, a) : "";
  const other = b && view.b ? deciding(view.b, b) : own;
  setAttribute(element, "class", view.a.stale ? "why stale" : "why");
  refill(element, `${own}\n${other}`, () =>
    own === other ? [own] : [h("span", {}, `A ${own}`), h("span", {}, `B ${other}`)],
  );
}
