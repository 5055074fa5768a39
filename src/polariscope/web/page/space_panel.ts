/** The section around the 3-D space: its host, its buttons, its legend, and in words what was picked in it. */

import { cellCard } from "./cells";
import type { Desk, Part } from "./desk";
import { button, h, refill, save, section } from "./dom";
import { reveal } from "./family_row";
import { legend } from "./legend";
import { stateBadge, truthBadge } from "./marks";
import type { CreateSpace, Space } from "./space_contract";
import { Stage } from "./stage";
import type { Truth } from "./types";
import { numbered, type PageView, type Row } from "./view";

const STEP = 15; // degrees

const WAITING = "The space is drawn when it comes into sight.";
const CAPTION =
  "A cell is a combination of levels. A family's strong part is where it is certain, its faint part where facets " +
  "or outside factors decide. A system is a point, or a box where its place is not known. All that is drawn is " +
  "also in the tables above and below.";

export interface SpacePanel extends Part {
  register(create: CreateSpace): void;
}

export function spacePanel(desk: Desk): SpacePanel {
  const host = h("div", { class: "host" }, h("p", { class: "help" }, WAITING));
  const stage = new Stage(desk, host);
  const key = legend(desk);
  const picked = h("div", { class: "picked" });
  const figure = h("figure", {}, host, controls(desk, stage), h("figcaption", {}, CAPTION));
  const drawn = h("div", { class: "stage" }, figure, h("div", {}, key.element, picked));
  return {
    element: section("space", "Space", drawn),
    register: (create) => stage.register(create),
    update: (view) => {
      stage.update();
      key.update(view);
      patchPicked(desk, picked, view);
    },
  };
}

function patchPicked(desk: Desk, picked: HTMLElement, view: PageView): void {
  const { cell } = view.state;
  const row = view.rows.find((each) => each.highlighted);
  const shown = JSON.stringify([cell, row?.family.id, row?.a?.outcome, view.a.stale, view.a.name]);
  refill(picked, shown, () => [row ? familyCard(desk, row, view) : null, cell ? cellCard(desk, cell) : null]);
}

/** The highlighted family in short: mechanism, conditions, works. */
function familyCard(desk: Desk, { family, a }: Row, view: PageView): HTMLElement {
  const outcome = view.a.stale ? undefined : a?.outcome;
  const conditions = family.conditions.map((each, place) => {
    const truth = outcome ? truthBadge(outcome.conditions[place] as Truth) : null;
    return h("li", {}, truth, ` ${each.text}`);
  });
  const works = family.works.flatMap((id) => desk.data.works[id] ?? []);
  const cited = works.map(({ authors, year }) => `${authors} ${year}`).join("; ");
  const all = { "aria-label": `All about it: ${numbered(family)}` };
  return h(
    "div",
    { class: "card" },
    h("h3", {}, numbered(family)),
    outcome ? h("p", {}, `${view.a.name}: `, stateBadge(outcome.state)) : null,
    h("p", {}, family.mechanism),
    h("ul", { class: "conditions" }, ...conditions),
    h("p", { class: "help" }, family.region_text),
    cited ? h("p", { class: "help" }, `Works: ${cited}.`) : null,
    button("All about it", () => reveal(desk, family.id), all),
  );
}

function controls(desk: Desk, stage: Stage): HTMLElement {
  const asks = (text: string, act: (space: Space) => void): HTMLElement => button(text, () => stage.use(act));
  return h(
    "div",
    { class: "actions" },
    asks("Turn left", (space) => space.turn(-STEP, 0)),
    asks("Turn right", (space) => space.turn(STEP, 0)),
    asks("Tilt up", (space) => space.turn(0, STEP)),
    asks("Tilt down", (space) => space.turn(0, -STEP)),
    asks("Nearer", (space) => space.zoom(1.25)),
    asks("Farther", (space) => space.zoom(0.8)),
    asks("Reset view", (space) => space.reset()),
    asks("Save picture (PNG)", (space) => void picture(desk, space)),
  );
}

async function picture(desk: Desk, space: Space): Promise<void> {
  try {
    save(await space.picture(), "polariscope-risk-space.png");
  } catch {
    desk.tell("The picture could not be made: the browser gave no image.");
  }
}
