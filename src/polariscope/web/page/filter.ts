/** Which families the table lists. */

import type { Desk, Part } from "./desk";
import { button, h, setText } from "./dom";
import { type Filter, NO_FILTER, toggled } from "./state";
import type { State } from "./types";

const STATES: readonly State[] = ["open", "closed", "undetermined"];

export function filter(desk: Desk): Part {
  const set = (part: Partial<Filter>): void =>
    desk.change((state) => ({ ...state, filter: { ...state.filter, ...part } }));
  const toggle = (state: State): void => {
    set({ states: toggled(desk.now().state.filter.states, state) as readonly State[] });
  };
  const text = h("input", { type: "search", id: "search", input: () => set({ text: text.value }) });
  const names = h("select", { id: "names", change: () => set({ variable: names.value }) }, ...variables(desk));
  const states = STATES.map((state) => check(state, () => toggle(state)));
  const changed = check("changed only", (checked) => set({ changed: checked }));
  const starred = check("starred (*) only", (checked) => set({ starred: checked }));
  const clear = button("Clear", () => set(NO_FILTER));
  const count = h("p", { class: "help", role: "status" });
  const parts = [
    h("p", {}, h("label", { for: "search" }, "Search"), text),
    h("p", {}, h("label", { for: "names" }, "Names"), names),
    h("fieldset", {}, h("legend", {}, "State of A"), ...states.map(({ element }) => element)),
    h("p", {}, changed.element, starred.element, clear),
    count,
  ];
  const patch = (now: Filter): void => {
    if (text.value !== now.text) text.value = now.text;
    names.value = now.variable;
    states.forEach(({ box }, place) => (box.checked = now.states.includes(STATES[place] as State)));
    changed.box.checked = now.changed;
    starred.box.checked = now.starred;
    clear.disabled = JSON.stringify(now) === JSON.stringify(NO_FILTER);
  };
  return {
    element: h("div", { class: "filter", role: "search", "aria-label": "Filter the families" }, ...parts),
    update: ({ state, rows }) => {
      patch(state.filter);
      const listed = rows.filter((row) => row.listed).length;
      setText(count, listed === rows.length ? "" : `${listed} of ${rows.length} families are listed.`);
    },
  };
}

interface Check {
  readonly element: HTMLElement;
  readonly box: HTMLInputElement;
}

function check(label: string, press: (checked: boolean) => void): Check {
  const box = h("input", { type: "checkbox", change: () => press(box.checked) });
  return { element: h("label", { class: "check" }, box, ` ${label}`), box };
}

function variables(desk: Desk): HTMLElement[] {
  const kinds = [
    ["axis", "Axes"],
    ["facet", "Facets"],
    ["factor", "Outside"],
  ] as const;
  const groups = kinds.map(([kind, label]) => {
    const own = desk.data.variables.filter((each) => each.kind === kind && each.named);
    return h("optgroup", { label }, ...own.map(({ id, name }) => h("option", { value: id }, name)));
  });
  return [h("option", { value: "" }, "anything"), ...groups];
}
