/** Where the 3-D space is mounted: it comes when it is in sight, and is handed every view after the tables. */

import { axesOf } from "./cell_data";
import type { Desk } from "./desk";
import { fill, h, jumpTo } from "./dom";
import type { Camera, CreateSpace, Space, SpaceEvents, SpaceSystem, SpaceView } from "./space_contract";
import { whole } from "./spans";
import { last } from "./state";
import type { Span, Variable } from "./types";
import type { PageView, Side } from "./view";

const DARK = "(prefers-color-scheme: dark)";
/** Milliseconds after the tables' frame: longer than a table takes to be painted, shorter than a reader takes to look up from it. */
const PAUSE = 60;
const STILL = "(prefers-reduced-motion: reduce)";

export class Stage {
  private create: CreateSpace | null = null;
  private space: Space | null = null;
  private failed = false;
  private near = false;
  private frame = 0;
  private timer = 0;
  /** The scene of the tour whose camera was last asked for. */
  private scene: string | null = null;
  /** Where the camera stood before the tour. */
  private before: Camera | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly host: HTMLElement,
    /** Where the picture for print stands. */
    private readonly paper: HTMLElement,
  ) {
    const watch = new IntersectionObserver((seen) => this.approach(seen), { rootMargin: "400px" });
    watch.observe(host);
    addEventListener("beforeprint", () => this.print());
    addEventListener("afterprint", () => fill(paper));
    for (const query of [DARK, STILL]) matchMedia(query).addEventListener("change", () => this.update());
  }

  register(create: CreateSpace): void {
    this.create = create;
    this.mount();
  }

  /** Draw what is shown now, once changes pause: the tables are painted first, and nobody waits to read them. */
  update(): void {
    this.wait();
    this.frame = requestAnimationFrame(() => (this.timer = setTimeout(() => this.draw(), PAUSE)));
  }

  /** Do what a button asks for, or say why not. */
  use(act: (space: Space) => void): void {
    if (this.space) act(this.space);
    else this.desk.tell("The space is not drawn here; the table of cells tells the same.");
  }

  private approach(seen: readonly IntersectionObserverEntry[]): void {
    this.near ||= seen.some((entry) => entry.isIntersecting);
    this.mount();
  }

  private mount(): void {
    if (!this.create || !this.near || this.space || this.failed) return;
    fill(this.host);
    try {
      const space = this.create(this.host, this.desk.data, this.events());
      if (this.failed) space.dispose();
      else this.space = space;
      this.draw();
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  private events(): SpaceEvents {
    const { desk } = this;
    return {
      pickFamily: (id) => desk.change((state) => ({ ...state, opened: last(state.opened, id) })),
      // The profile says of B what A does not have alike, so it is that of both.
      pickSystem: () => leadTo("profile"),
      pickCell: (b, c, i) => desk.change((state) => ({ ...state, cell: [b, c, i], level: i })),
      failed: (reason) => this.fail(reason),
    };
  }

  /** The space as a picture in light colours, since a canvas and its labels do not follow onto paper. */
  private print(): void {
    this.near = true;
    this.mount();
    this.draw();
    try {
      if (this.space) fill(this.paper, this.space.sheet());
    } catch {
      fill(this.paper, h("p", {}, "The space could not be drawn; all that it shows is in the tables."));
    }
  }

  private fail(reason: string): void {
    this.failed = true;
    this.space?.dispose();
    this.space = null;
    const told = `The space cannot be drawn here: ${reason} All that it shows is in the tables.`;
    fill(this.host, h("p", { class: "callout" }, told));
  }

  /** Forget that something is to be drawn. */
  private wait(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }

  private draw(): void {
    this.wait();
    if (!this.space) return;
    const view = this.desk.now();
    const { scene } = view.state;
    const camera = scene === this.scene ? undefined : this.cameraOf(this.space, scene);
    this.scene = scene;
    this.space.update(spaceView(this.desk, view, camera));
  }

  /** Where a scene wants the camera; after the last one, where it stood before the first. */
  private cameraOf(space: Space, id: string | null): Camera | undefined {
    if (id === null) return this.before;
    if (this.scene === null) this.before = space.camera();
    const scene = this.desk.data.tour.find((each) => each.id === id);
    return scene && { azimuth: scene.azimuth, elevation: scene.elevation };
  }
}

function leadTo(id: string): void {
  const place = document.getElementById(id);
  if (place) jumpTo(place);
}

function spaceView({ data }: Desk, { a, b, rows, state }: PageView, camera: Camera | undefined): SpaceView {
  const dark = state.theme === "dark" || (state.theme === "auto" && matchMedia(DARK).matches);
  return {
    families: rows.map((row) => ({ id: row.family.id, shown: row.shown, highlighted: row.highlighted })),
    systems: [a, b].flatMap((side) => (side ? [system(side, axesOf(data))] : [])),
    theme: dark ? "dark" : "light",
    reducedMotion: matchMedia(STILL).matches,
    ...(camera ? { camera } : {}),
  };
}

function system(side: Side, [beingness, cognition, intelligence]: ReturnType<typeof axesOf>): SpaceSystem {
  const at = (axis: Variable): Span => side.spans[axis.id] ?? whole(axis);
  const evaluated = !side.stale;
  return { label: side.label, name: side.name, evaluated, spans: [at(beingness), at(cognition), at(intelligence)] };
}
