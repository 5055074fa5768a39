/** The space as tables: which families are possible, which certain, in each cell at a level of Intelligence. */

import { axesOf, cellName, certainAndPossible } from "./cell_data";
import { cellGrid } from "./cell_grid";
import type { Desk, Part } from "./desk";
import { button, h, refill, section } from "./dom";
import { reveal } from "./family_row";
import { bandOf } from "./spans";
import type { Cell, PageState } from "./state";
import type { Family, PageData, Variable } from "./types";
import { numbered } from "./view";

export function cells(desk: Desk): Part {
  const [beingness, cognition, intelligence] = axesOf(desk.data);
  const cut = (): void => desk.change((state) => atLevel(state, Number(level.value)));
  const level = h("select", { id: "level", change: cut }, ...options(desk.data, intelligence));
  const choose = h("p", {}, h("label", { for: "level" }, `Level of ${intelligence.name}`), " ", level);
  const grid = cellGrid(desk, beingness, cognition);
  const picked = h("div", { class: "picked", role: "status" });
  return {
    element: section("cells", "Cells", key(), choose, h("div", { class: "scroll" }, grid.element), picked),
    update: (view) => {
      const { cell } = view.state;
      level.value = String(view.state.level);
      grid.update(view);
      refill(picked, JSON.stringify(cell), () => (cell ? [cellCard(desk, cell)] : []));
    },
  };
}

function key(): HTMLElement {
  const certain = h("b", { class: "certain" }, "5");
  const rest =
    " certain, under every filling of facets and factors; 5 possible, under some. A and B mark where the systems " +
    "may lie. Arrow keys move between cells; Enter tells a cell.";
  return h("p", { class: "help" }, "Numbers are families: ", certain, rest);
}

function atLevel(state: PageState, level: number): PageState {
  return { ...state, level, cell: state.cell && [state.cell[0], state.cell[1], level] };
}

function options(data: PageData, axis: Variable): HTMLElement[] {
  return axis.labels.map((label, place) => {
    const band = data.bands[bandOf(axis, place + 1) - 1];
    return h("option", { value: place + 1 }, `${label} (${band}) ${axis.anchors[place] ?? ""}`.trim());
  });
}

/** What a cell holds, with a way to each family. */
export function cellCard(desk: Desk, cell: Cell): HTMLElement {
  const [certain, possible] = certainAndPossible(desk.data, cell);
  const parts = [...holding(desk, "Certain", certain), ...holding(desk, "Possible", possible)];
  return h("div", { class: "card" }, h("h3", {}, cellName(desk.data, cell)), ...parts);
}

function holding(desk: Desk, title: string, families: readonly Family[]): readonly HTMLElement[] {
  const way = (family: Family): HTMLElement =>
    button(numbered(family), () => reveal(desk, family.id), { class: "plain" });
  const items = families.map((family) => h("li", {}, way(family)));
  return [h("h4", {}, title), items.length ? h("ul", {}, ...items) : h("p", {}, "none")];
}
