/** The section around the 3-D space: its host, its buttons, its legend, and in words what was picked in it. */

import type { Desk, Part } from "./desk";
import { button, h, refill, save, section } from "./dom";
import { cellCard, familyCard, standing } from "./family_card";
import { legend } from "./legend";
import type { CreateSpace, Space } from "./space_contract";
import { Stage } from "./stage";
import type { PageState } from "./state";
import type { PageView } from "./view";

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
  const paper = h("div", { class: "paper", "aria-hidden": "true" });
  const stage = new Stage(desk, host, paper);
  const key = legend(desk);
  const picked = h("div", { class: "picked" });
  const pick = pickings(desk, picked);
  const figure = h("figure", {}, host, paper, controls(desk, stage), h("figcaption", {}, CAPTION));
  const drawn = h("div", { class: "stage" }, figure, h("div", {}, key.element, picked));
  return {
    element: section("space", "Space", drawn),
    register: (create) => stage.register(create),
    update: (view) => {
      stage.update();
      key.update(view);
      pick(view);
    },
  };
}

/** Shows what was picked last: a cell, or the family whose details are open; the one before makes room. */
function pickings(desk: Desk, picked: HTMLElement): (view: PageView) => void {
  let before: Pick<PageState, "cell" | "opened"> = { cell: null, opened: [] };
  let isCell = false;
  return (view) => {
    const { cell, opened } = view.state;
    const family = view.rows.find((row) => row.highlighted)?.family ?? null;
    // Picking the same again makes a new value too.
    if (opened !== before.opened) isCell = family === null;
    if (cell !== before.cell) isCell = cell !== null;
    before = { cell, opened };
    const shown = isCell ? cell : family;
    refill(picked, shown ? JSON.stringify([isCell, cell, family?.id, standing(view)]) : "", () => {
      if (isCell) return cell ? [cellCard(desk, cell, view, picked)] : [];
      return family ? [familyCard(desk, family, view)] : [];
    });
  };
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
