/** The space as tables: which families are possible, which certain, in each cell at a level of Intelligence. */

import { axesOf } from "./cell_data";
import { cellGrid } from "./cell_grid";
import type { Desk, Part } from "./desk";
import { h, refill, section } from "./dom";
import { cellCard, standing } from "./family_card";
import { bandOf } from "./spans";
import type { PageState } from "./state";
import type { PageData, Variable } from "./types";

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
      level.value = String(view.level);
      grid.update(view);
      refill(picked, cell ? JSON.stringify([cell, standing(view)]) : "", () =>
        cell ? [cellCard(desk, cell, view, picked)] : [],
      );
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
