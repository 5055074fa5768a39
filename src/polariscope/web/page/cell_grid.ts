/** The cells of one level of Intelligence, as a grid of buttons. */

import { axesOf, cellName, certainAndPossible } from "./cell_data";
import type { Desk, Part } from "./desk";
import { button, type Child, h, refill, setAttribute, spoken } from "./dom";
import { bandOf } from "./spans";
import type { Cell } from "./state";
import type { Family, PageData, Variable } from "./types";
import type { PageView, Side } from "./view";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [1, 0],
  ArrowDown: [-1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

type Buttons = Map<string, HTMLButtonElement>;

/** Rows from the highest level down, columns from the lowest up. */
export function cellGrid(desk: Desk, rows: Variable, columns: Variable): Part {
  const buttons: Buttons = new Map();
  const corner = h("th", { scope: "col" }, h("small", {}, `${rows.name} by ${columns.name}`));
  const heads = levelsOf(columns).map((level) => heading("col", columns, level, desk.data.bands));
  const body = levelsOf(rows)
    .reverse()
    .map((b) => {
      const own = levelsOf(columns).map((c) => h("td", {}, cellButton(desk, buttons, b, c)));
      return h("tr", {}, heading("row", rows, b, desk.data.bands), ...own);
    });
  const caption = h("caption", {}, `${rows.name} upwards, ${columns.name} to the right.`);
  const head = h("thead", {}, h("tr", {}, corner, ...heads));
  const named = { role: "grid", class: "cells", "aria-label": "Families by cell" };
  return {
    element: h("table", named, caption, head, h("tbody", {}, ...body)),
    update: (view) => buttons.forEach((each, key) => patch(desk.data, view, each, key)),
  };
}

function levelsOf(axis: Variable): number[] {
  return axis.labels.map((_, place) => place + 1);
}

function heading(scope: "row" | "col", axis: Variable, level: number, bands: readonly string[]): HTMLElement {
  const band = bands[bandOf(axis, level) - 1] ?? "";
  return h("th", { scope }, axis.labels[level - 1] ?? "", h("small", {}, band));
}

function cellButton(desk: Desk, buttons: Buttons, b: number, c: number): HTMLButtonElement {
  const press = (): void => {
    rove(buttons, made);
    const { level } = desk.now();
    desk.change((state) => ({ ...state, cell: [b, c, level], level }));
  };
  const keydown = (event: Event): void => move(event, buttons, b, c);
  const made: HTMLButtonElement = button("", press, { class: "cell", tabindex: b === 1 && c === 1 ? 0 : -1, keydown });
  buttons.set(`${b}-${c}`, made);
  return made;
}

function move(event: Event, buttons: Buttons, b: number, c: number): void {
  const step = event instanceof KeyboardEvent ? ARROWS[event.key] : undefined;
  const target = step && buttons.get(`${b + step[0]}-${c + step[1]}`);
  if (!target) return;
  event.preventDefault();
  rove(buttons, target);
  target.focus();
}

/** One cell is a stop of the Tab key; the arrow keys move it. */
function rove(buttons: Buttons, target: HTMLButtonElement): void {
  buttons.forEach((each) => (each.tabIndex = each === target ? 0 : -1));
}

function patch(data: PageData, view: PageView, element: HTMLButtonElement, key: string): void {
  const { state, level } = view;
  const [b = 1, c = 1] = key.split("-").map(Number);
  const cell: Cell = [b, c, level];
  const here = [view.a, view.b].flatMap((side) => (side && covers(data, side, cell) ? [side.label] : []));
  const picked = state.cell !== null && state.cell.join() === cell.join();
  setAttribute(element, "aria-pressed", String(picked));
  setAttribute(element, "class", `cell${here.length ? " here" : ""}`);
  refill(element, `${level} ${here.join()}`, () => inCell(data, cell, here));
}

/** What a cell holds; the eye sees its place and which numbers are certain, the ear is told. */
function inCell(data: PageData, cell: Cell, here: readonly string[]): readonly Child[] {
  const [certain, possible] = certainAndPossible(data, cell);
  const families = [...certain, ...possible].sort((x, y) => x.number - y.number);
  const numbers = families.flatMap((family) =>
    certain.includes(family) ? certainNumber(family) : [`${family.number} `],
  );
  const labels = here.length ? [h("span", { class: "labels" }, here.join(" ")), " "] : [];
  return [spoken(`${cellName(data, cell)}: `), ...labels, ...(numbers.length ? numbers : ["–"])];
}

function certainNumber(family: Family): readonly Child[] {
  return [h("span", { class: "certain" }, String(family.number)), spoken(" certain"), " "];
}

function covers(data: PageData, side: Side, cell: Cell): boolean {
  return axesOf(data).every((axis, place) => {
    const [low, high] = side.spans[axis.id] ?? [1, axis.labels.length];
    return low <= (cell[place] ?? 0) && (cell[place] ?? 0) <= high;
  });
}
