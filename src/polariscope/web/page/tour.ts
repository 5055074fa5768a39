/** The tour: a short scene for each claim of the post, in a panel that stands beside the space while the page shows it. */

import type { Desk, Part } from "./desk";
import { button, h, jumpTo, refill, scrollTo, section } from "./dom";
import { atScene, leftTour } from "./state";
import type { Scene } from "./types";

const TOLD =
  "Four claims of the post, each as a short scene with worked examples of ours. Leaving it brings back what was " +
  "here before.";

export function tour(desk: Desk): Part {
  const scenes = desk.data.tour;
  const panel = h("div", { class: "tour-panel", role: "region", "aria-label": "Scene of the tour" });
  const go = (scene: Scene): void => {
    desk.change((state) => atScene(desk.data, state, scene));
    panel.querySelector<HTMLElement>("h3")?.focus({ preventScroll: true });
    scrollTo(document.getElementById("space"));
  };
  const leave = (): void => {
    desk.change(leftTour);
    jumpTo(start);
  };
  const start = button("Start the tour", () => scenes[0] && go(scenes[0]));
  const items = scenes.map((scene) =>
    h(
      "li",
      {},
      button(scene.title, () => go(scene), { class: "plain" }),
    ),
  );
  return {
    element: section("tour", "Tour", h("p", {}, TOLD), h("ol", {}, ...items), h("p", {}, start), panel),
    update: ({ state }) => {
      const place = scenes.findIndex((each) => each.id === state.scene);
      panel.hidden = place < 0;
      refill(panel, String(place), () => sceneCard(scenes, place, go, leave));
    },
  };
}

type Go = (scene: Scene) => void;

function sceneCard(scenes: readonly Scene[], place: number, go: Go, leave: () => void): readonly HTMLElement[] {
  const scene = scenes[place];
  if (!scene) return [];
  const step = `Tour, ${place + 1} of ${scenes.length}: ${scene.systems.join(" and ")}`;
  const to = (text: string, other: Scene | undefined): HTMLElement =>
    button(text, () => other && go(other), { disabled: !other });
  const steps = [to("Previous", scenes[place - 1]), to("Next", scenes[place + 1])];
  return [
    h("p", { class: "overline" }, step),
    h("h3", { tabindex: -1 }, scene.title),
    h("p", {}, scene.claim),
    h("p", {}, h("b", {}, "Look at: "), scene.look),
    h("div", { class: "actions" }, ...steps, button("Leave the tour", leave)),
  ];
}
