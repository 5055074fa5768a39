/** The table of the families: what is open, what changed, and what decided it. */

import type { Desk, Part } from "./desk";
import { h, section, setAttribute, setText } from "./dom";
import { familyRow } from "./family_row";
import { filter } from "./filter";
import { summary } from "./summary";

const COLUMNS: readonly (readonly [name: string, title: string])[] = [
  ["number", "No."],
  ["family", "Family"],
  ["a", "A"],
  ["b", "B"],
  ["change", "Changed"],
  ["why", "Decided by"],
  ["drawn", "In space"],
];

const CAPTION =
  "The numbers are for reference and are no rank. Open a family for its conditions and what would change it.";
const STAR = "* its most severe form also needs factors outside the axes. The post's author tags 5 and 6 so; of the others it is not known.";

export function families(desk: Desk): Part {
  const told = [h("p"), h("p")] as const;
  const bar = filter(desk);
  const rows = desk.data.families.map((family) => familyRow(desk, family));
  const body = h("tbody", { role: "rowgroup" }, ...rows.flatMap(({ elements }) => elements));
  const table = h("table", { role: "table" }, h("caption", {}, CAPTION), head(), body);
  const changes = h("div", { class: "summary", role: "status" }, ...told);
  return {
    element: section("families", "Families", changes, bar.element, table, h("p", { class: "help" }, STAR)),
    update: (view) => {
      const lines = summary(view);
      told.forEach((line, place) => setText(line, lines[place] ?? ""));
      bar.update(view);
      setAttribute(table, "class", view.b ? "families two" : "families");
      view.rows.forEach((row, place) => rows[place]?.update(view, row));
    },
  };
}

function head(): HTMLElement {
  const cells = COLUMNS.map(([name, title]) => h("th", { class: name, scope: "col", role: "columnheader" }, title));
  return h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...cells));
}
