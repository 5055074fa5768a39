/** Which families are drawn in the space, with the colour and the outline of each. */

import type { Desk, Part } from "./desk";
import { button, h, setAttribute } from "./dom";
import { familySign } from "./marks";
import { last, toggled } from "./state";
import type { Family } from "./types";
import { numbered, type Row } from "./view";

export function legend(desk: Desk): Part {
  const draw = (shown: readonly string[]) => (): void => desk.change((state) => ({ ...state, shown }));
  const everything = desk.data.families.map(({ id }) => id);
  const all = button("All", draw(everything), { "aria-label": "All: draw every family" });
  const none = button("None", draw([]), { "aria-label": "None: draw no family" });
  const items = desk.data.families.map((family, place) => legendItem(desk, family, place));
  const list = h("ul", { class: "legend" }, ...items.map(({ element }) => element));
  return {
    element: h("div", {}, h("div", { class: "actions" }, h("h3", {}, "Families drawn"), all, none), list),
    update: ({ rows }) => rows.forEach((row, place) => items[place]?.update(row)),
  };
}

interface Item {
  readonly element: HTMLElement;
  update(row: Row): void;
}

function legendItem(desk: Desk, family: Family, place: number): Item {
  const toggle = (): void => desk.change((state) => ({ ...state, shown: toggled(state.shown, family.id) }));
  const open = (): void => desk.change((state) => ({ ...state, opened: last(state.opened, family.id) }));
  const box = h("input", { type: "checkbox", "aria-label": `Draw ${numbered(family)}`, change: toggle });
  const sign = h("span", { class: "swatch-of" });
  sign.append(familySign(place));
  const element = h("li", {}, box, sign, button(numbered(family), open, { class: "plain" }));
  return {
    element,
    update: (row) => {
      box.checked = row.shown;
      setAttribute(element, "class", row.highlighted ? "highlighted" : null);
    },
  };
}
