/** The strip that stays in sight: every family's state, and which of them changed. A reading, not a score. */

import type { Desk, Part } from "./desk";
import { button, fill, h, refill, setAttribute, setText, spoken } from "./dom";
import { reveal } from "./family_row";
import { stateSign } from "./marks";
import type { Row, Side } from "./view";

export function readout(desk: Desk): Part {
  const names = h("p", { class: "names" });
  const chips = desk.data.families.map((family) => {
    const body = button("", () => reveal(desk, family.id), { class: "chip" });
    return { family, body };
  });
  const list = h("ul", { class: "chips" }, ...chips.map(({ body }) => h("li", {}, body)));
  const named = { class: "readout", role: "region", "aria-label": "State of every family" };
  const element = h("div", named, names, list);
  new ResizeObserver(() => makeRoom(element)).observe(element);
  return {
    element,
    update: ({ a, b, rows }) => {
      setText(names, [a, b].flatMap((side) => (side ? [`${side.label}: ${side.name}`] : [])).join("  ·  "));
      rows.forEach((row, place) => patch(chips[place]?.body, row, a, b));
    },
  };
}

/** What scrolls to the top of the window stops below the strip, however many families it has. */
function makeRoom(strip: HTMLElement): void {
  document.documentElement.style.setProperty("--strip", `${strip.offsetHeight}px`);
}

function patch(chip: HTMLElement | undefined, row: Row, a: Side, b: Side | null): void {
  if (!chip) return;
  const sides = [
    [a, row.a],
    [b, row.b],
  ] as const;
  const told = sides.flatMap(([side, found]) =>
    side && found ? [{ label: side.label, stale: side.stale, state: found.outcome.state }] : [],
  );
  const changed = row.byEdits ?? row.between;
  const stale = told.some((each) => each.stale);
  setAttribute(chip, "class", `chip${changed ? " changed" : ""}${stale ? " stale" : ""}`);
  refill(chip, JSON.stringify([told, changed]), () => {
    const said = told.map((each) => `${each.label} ${each.stale ? "not evaluated" : each.state}`).join(", ");
    const signs = h("span", { class: "signs" });
    fill(signs, ...told.map((each) => stateSign(each.state)));
    const text = `${row.family.name}: ${said}${changed ? `, ${changed}` : ""}`;
    setAttribute(chip, "title", text);
    return [h("b", {}, String(row.family.number)), signs, spoken(` ${text}`)];
  });
}
