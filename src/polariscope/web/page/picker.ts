/** Choosing systems A and B, loading and exporting profiles. */

import type { Desk, Part } from "./desk";
import { button, fileName, h, refill, save, section, setText } from "./dom";
import { decoded, LONGEST_LINE, Refusal } from "./json";
import { LARGEST, readProfile } from "./profile_in";
import { profileJson } from "./profile_out";
import { type PageState, unedited } from "./state";
import { EDITED, type Group, type Listed, listed, shortName } from "./systems";
import type { PageData, Profile } from "./types";
import type { PageView, Side } from "./view";

const GROUPS: readonly (readonly [Group, string])[] = [
  ["yours", "Yours"],
  ["loaded", "Loaded here"],
  ["ours", "Worked examples (ours)"],
  ["blank", "From nothing"],
];

export function picker(desk: Desk): Part {
  const a = chooser("a", "System A", (key) => desk.change((state) => withA(state, key)));
  const b = chooser("b", "Compare with B", (key) => desk.change((state) => withB(state, key)));
  const reset = button("Reset edits of A", () => desk.change(unedited));
  const swap = button("Swap A and B", () => desk.change(swapped));
  const copy = button("Copy A to B", () => desk.change((state) => ({ ...state, b: state.a })));
  const out = button("Export A (JSON)", () => exportProfile(desk));
  const actions = h("div", { class: "actions" }, loader(desk), out, reset, swap, copy);
  return {
    element: section("systems", "Systems", h("div", { class: "pair" }, a.element, b.element), actions),
    update: (view) => {
      a.update(view, view.a);
      b.update(view, view.b);
      reset.disabled = !view.a.edited;
      swap.disabled = view.b === null;
    },
  };
}

function withA(state: PageState, system: string): PageState {
  return { ...state, a: { system, edits: {} } };
}

function withB(state: PageState, system: string): PageState {
  return { ...state, b: system === "" ? null : { system, edits: {} } };
}

function swapped(state: PageState): PageState {
  return state.b ? { ...state, a: state.b, b: state.a } : state;
}

interface Chooser {
  readonly element: HTMLElement;
  update(view: PageView, side: Side | null): void;
}

function chooser(id: string, title: string, choose: (key: string) => void): Chooser {
  const select = h("select", { id: `system-${id}`, change: () => choose(select.value) });
  const told = h("p", { class: "help" });
  const none = id === "b" ? [h("option", { value: "" }, "nothing")] : [];
  const update = (view: PageView, side: Side | null): void => {
    refill(select, JSON.stringify(view.systems.map(({ key }) => key)), () => [...none, ...groups(view.systems)]);
    select.value = side?.system.key ?? "";
    setText(told, side ? describe(side) : "Choose a second system, or another version of the first, to compare.");
  };
  return { element: h("div", {}, h("label", { for: `system-${id}` }, title), select, told), update };
}

function groups(systems: readonly Listed[]): HTMLElement[] {
  return GROUPS.flatMap(([group, label]) => {
    const own = systems.filter((each) => each.group === group);
    const options = own.map(({ key, name }) => h("option", { value: key }, name));
    return options.length ? [h("optgroup", { label }, ...options)] : [];
  });
}

function describe({ system, edited }: Side): string {
  const { profile } = system;
  const by = profile.made_by === "ours" ? "Worked example, ours. " : profile.made_by && `Made ${profile.made_by}. `;
  return `${by}${profile.description || "No description."}${edited ? " Edited here." : ""}`;
}

function loader(desk: Desk): HTMLElement {
  const kind = { type: "file", accept: ".json,application/json", class: "spoken" };
  const input = h("input", { ...kind, change: () => take() });
  const take = (): void => {
    const file = input.files?.[0];
    if (file) void load(desk, file).finally(() => (input.value = ""));
  };
  return h("label", { class: "button" }, "Load a profile (JSON)", input);
}

async function load(desk: Desk, file: File): Promise<void> {
  try {
    if (file.size > LARGEST) throw new Refusal("It is larger than 1 MiB, which no profile is.");
    const profile = readProfile(decoded(await file.arrayBuffer()), desk.data);
    desk.change((state) => holding(desk.data, state, profile));
    desk.tell(`${desk.now().a.name} is now system A. The file stays on this machine.`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    desk.tell(`${shortName(file.name)} was not loaded. ${error.message}`);
  }
}

/** The page with one more profile, as A. */
function holding(data: PageData, state: PageState, profile: Profile): PageState {
  const held = [...state.held, profile];
  const loaded = listed(data, held).filter(({ group }) => group === "loaded");
  return withA({ ...state, held }, loaded.at(-1)?.key ?? "blank");
}

function exportProfile(desk: Desk): void {
  const { a, state } = desk.now();
  if (a.stale) {
    desk.tell("A contradicts itself, and Polariscope would refuse its file: mend the profile first.");
    return;
  }
  const { profile } = a.system;
  const name = a.edited ? editedName(profile.name) : profile.name;
  const text = profileJson(profile, name, state.a.edits, desk.data);
  save(new Blob([text], { type: "application/json" }), fileName(name, "json"));
}

function editedName(name: string): string {
  return name.endsWith(EDITED) ? name : [...name].slice(0, LONGEST_LINE - EDITED.length).join("") + EDITED;
}
