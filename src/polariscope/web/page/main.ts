/** Puts the page together: reads its data, holds its state, and patches its parts after every change. */

import { cells } from "./cells";
import type { Desk, Part } from "./desk";
import { h, jumpTo } from "./dom";
import { editor } from "./editor";
import { type Answers, answers } from "./evaluate";
import { families } from "./families";
import { footer } from "./footer";
import { read, write } from "./fragment";
import { header, SECTIONS } from "./header";
import { notices } from "./notices";
import { picker } from "./picker";
import { readout } from "./readout";
import type { SpaceSocket } from "./space_contract";
import { spacePanel } from "./space_panel";
import type { Spans } from "./spans";
import { initial, type PageState } from "./state";
import { tour } from "./tour";
import type { PageData } from "./types";
import { type PageView, view } from "./view";

declare global {
  interface Window {
    polariscopePage: SpaceSocket & { evaluate(entries: Spans): Answers };
  }
}

/** Milliseconds between two writings of the address: Safari allows 100 of them in 30 seconds. */
const PAUSE = 350;

function start(data: PageData): void {
  const board = notices();
  let shown: PageView = view(data, initial(data), null);
  let parts: readonly Part[] = [];
  let pausing = false;
  let written = "";
  const show = (state: PageState): void => {
    shown = view(data, state, shown);
    for (const part of parts) part.update(shown);
  };
  const remember = (): void => {
    written = write(data, shown.state);
    history.replaceState(null, "", written === "" ? location.pathname + location.search : `#${written}`);
  };
  /** At once, so that leaving the page loses nothing; what changes during the pause comes at its end. */
  const rememberSoon = (): void => {
    if (pausing) return;
    remember();
    pausing = true;
    const last = shown;
    setTimeout(() => {
      pausing = false;
      if (shown !== last) rememberSoon();
    }, PAUSE);
  };
  const desk: Desk = {
    data,
    now: () => shown,
    tell: board.tell,
    change: (step) => {
      show(step(shown.state));
      rememberSoon();
    },
  };
  const fromAddress = (): void => {
    const fragment = location.hash.slice(1);
    if (fragment === written || SECTIONS.some(([id]) => id === fragment)) return;
    const { state, notice } = read(data, fragment, shown.state.held);
    written = fragment;
    if (notice) board.tell(notice);
    if (state) show(state);
  };
  const space = spacePanel(desk);
  const page = {
    top: header(desk),
    systems: picker(desk),
    strip: readout(desk),
    table: families(desk),
    profile: editor(desk),
    space,
    cells: cells(desk),
    tour: tour(desk),
  };
  parts = Object.values(page);
  const bench = h("div", { class: "bench" }, page.table.element, page.profile.element);
  const above = [board.element, page.systems.element, page.strip.element];
  const main = h("main", {}, ...above, bench, space.element, page.cells.element, page.tour.element);
  const skip = h("a", { class: "skip", href: "#families" }, "Skip to the families");
  document.body.prepend(skip, page.top.element, main, footer(desk));
  document.body.addEventListener("click", jump);
  addEventListener("hashchange", fromAddress);
  window.polariscopePage = {
    registerSpace: (create) => space.register(create),
    evaluate: (entries) => answers(data.variables, data.families, entries),
  };
  show(shown.state);
  fromAddress();
}

/** Links within the page move the view and the keyboard, and leave the address to the state. */
function jump(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  jumpTo(target);
}

const source = document.getElementById("page-data")?.textContent ?? "";
start(JSON.parse(source) as PageData);
