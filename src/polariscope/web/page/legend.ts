/** Which families are drawn in the space, with the colour and the outline of each. */

import type { Desk, Part } from "./desk";
import { button, h, setAttribute } from "./dom";
import { familySign } from "./marks";
import { last, type PageState, toggled } from "./state";
import type { Family } from "./types";
import { numbered, type Row } from "./view";

/** Colours and outlines that there are. */
const MARKS = 12;
const AGAIN = "Colours and outlines come again after twelve families; the number tells them apart.";

export function legend(desk: Desk): Part {
  const draw = (shown: readonly string[]) => (): void => desk.change((state) => ({ ...state, shown }));
  const everything = desk.data.families.map(({ id }) => id);
  const all = button("All", draw(everything), { "aria-label": "All: draw every family" });
  const none = button("None", draw([]), { "aria-label": "None: draw no family" });
  const items = desk.data.families.map((family, place) => legendItem(desk, family, place));
  const list = h("ul", { class: "legend" }, ...items.map(({ element }) => element));
  const again = everything.length > MARKS ? h("p", { class: "help" }, AGAIN) : null;
  return {
    element: h("div", {}, h("div", { class: "actions" }, h("h3", {}, "Families drawn"), all, none), list, again),
    update: ({ rows }) => rows.forEach((row, place) => items[place]?.update(row)),
  };
}

interface Item {
  readonly element: HTMLElement;
  update(row: Row): void;
}

function legendItem(desk: Desk, family: Family, place: number): Item {
  const { id } = family;
  const toggle = (): void => desk.change((state) => ({ ...state, shown: toggled(state.shown, id) }));
  const press = (): void => desk.change((state) => (state.opened.at(-1) === id ? unmarked(state, id) : marked(state, id)));
  const box = h("input", { type: "checkbox", "aria-label": `Draw ${numbered(family)}`, change: toggle });
  const sign = h("span", { class: "swatch-of" });
  sign.append(familySign(place));
  const mark = button(numbered(family), press, { class: "plain" });
  const element = h("li", {}, box, sign, mark);
  return {
    element,
    update: (row) => {
      box.checked = row.shown;
      setAttribute(mark, "aria-pressed", String(row.highlighted));
      setAttribute(element, "class", row.highlighted ? "highlighted" : null);
    },
  };
}

/** A family highlighted, and so drawn. */
function marked(state: PageState, id: string): PageState {
  return { ...state, opened: last(state.opened, id), shown: [...new Set([...state.shown, id])] };
}

function unmarked(state: PageState, id: string): PageState {
  return { ...state, opened: state.opened.filter((each) => each !== id) };
}
