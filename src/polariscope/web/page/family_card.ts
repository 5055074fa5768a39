/** Families in short, where they were picked: mechanism, conditions with their truths, works. */

import { cellName, certainAndPossible } from "./cell_data";
import type { Desk } from "./desk";
import { button, type Child, h, link } from "./dom";
import { reveal } from "./family_row";
import { stateBadge, truthBadge } from "./marks";
import type { Cell } from "./state";
import type { Family, Truth } from "./types";
import { numbered, type PageView } from "./view";

/** One family. */
export function familyCard(desk: Desk, family: Family, view: PageView): HTMLElement {
  return h("div", { class: "card" }, h("h3", {}, numbered(family)), ...story(desk, family, view));
}

/** All that the card of a cell depends on, besides the cell: how its families stand for A. */
export function standing(view: PageView): string {
  return JSON.stringify([view.a.name, view.a.stale, view.rows.map(({ a }) => a?.outcome.conditions)]);
}

/** A cell with its families, each of which opens in place; those that were open in `home` stay so. */
export function cellCard(desk: Desk, cell: Cell, view: PageView, home: HTMLElement): HTMLElement {
  const opened = [...home.querySelectorAll<HTMLElement>("details[open]")].map((each) => each.dataset["family"]);
  const [certain, possible] = certainAndPossible(desk.data, cell);
  const part = (title: string, families: readonly Family[]): readonly Child[] => {
    const items = families.map((family) => folded(desk, family, view, opened.includes(family.id)));
    return [h("h4", {}, title), ...(items.length ? items : [h("p", {}, "none")])];
  };
  const parts = [...part("Certain", certain), ...part("Possible", possible)];
  return h("div", { class: "card" }, h("h3", {}, cellName(desk.data, cell)), ...parts);
}

function folded(desk: Desk, family: Family, view: PageView, open: boolean): HTMLElement {
  const own = { class: "fold", "data-family": family.id, open };
  return h("details", own, h("summary", {}, numbered(family)), ...story(desk, family, view));
}

function story(desk: Desk, family: Family, view: PageView): readonly Child[] {
  const found = view.a.stale ? null : view.rows.find((row) => row.family === family)?.a;
  const conditions = family.conditions.map((each, place) => {
    const truth = found ? truthBadge(found.outcome.conditions[place] as Truth) : null;
    return h("li", {}, truth, ` ${each.text}`);
  });
  const all = { "aria-label": `All about it: ${numbered(family)}` };
  return [
    found ? h("p", {}, `A, ${view.a.name}: `, stateBadge(found.outcome.state)) : h("p", {}, `A, ${view.a.name}.`),
    h("p", {}, family.mechanism),
    h("ul", { class: "conditions" }, ...conditions),
    h("p", { class: "help" }, family.region_text),
    works(desk, family),
    button("All about it", () => reveal(desk, family.id), all),
  ];
}

function works({ data }: Desk, family: Family): HTMLElement | null {
  const cited = family.works.flatMap((id) => data.works[id] ?? []);
  const named = cited.flatMap(({ authors, year, url }) => ["; ", link(url, `${authors} ${year}`)]);
  return named.length ? h("p", { class: "help" }, "Works: ", ...named.slice(1), ".") : null;
}
