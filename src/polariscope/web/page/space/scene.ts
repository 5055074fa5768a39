/** What is drawn: the room, the shown regions and the systems, made anew only where the view asks for others. */

import { Color, DirectionalLight, Group, AmbientLight, Scene as Content, type Object3D } from "three";
import type { SpaceFamily, SpaceView } from "../space_contract";
import type { PageData } from "../types";
import { axisLabels, type Wanted } from "./axes";
import { familyLabels, systemLabels, type ShownRegion } from "./badges";
import { drawFrame, type Frame } from "./frame";
import { drawHull } from "./hulls";
import { axesOf, sizeOf, type Axes, type Triple } from "./lattice";
import { free } from "./meshes";
import { mix, type Inks } from "./palette";
import { drawRegion, hasCertain, outline, regionOf, type Region, type Weight } from "./regions";
import type { Sight } from "./sight";
import { drawSystem } from "./systems";

/** The first renderOrder of each part: what is drawn later lies above. */
const ORDER = { regions: 10, systems: 10_000, cell: 20_000 } as const;
const EACH = 10;

/** A part of the scene that is made of a few inputs, and made again when they change. */
class Part {
  #made: Object3D | null = null;
  #from = "";

  constructor(readonly content: Content) {}

  refresh(from: unknown, make: () => Object3D): void {
    const inputs = JSON.stringify(from);
    if (inputs === this.#from) return;
    this.clear();
    this.#made = make();
    this.#from = inputs;
    this.content.add(this.#made);
  }

  clear(): void {
    if (this.#made) free(this.#made);
    [this.#made, this.#from] = [null, ""];
  }
}

export class Scene {
  readonly content = new Content();
  readonly axes: Axes;
  readonly size: Triple;
  /** The families shown, in the order of the data. */
  shown: readonly ShownRegion[] = [];
  readonly #bandNames: readonly string[];
  readonly #regions: ReadonlyMap<string, Region>;
  readonly #parts = {
    frame: new Part(this.content),
    regions: new Part(this.content),
    systems: new Part(this.content),
    cell: new Part(this.content),
  };
  readonly #sun = new DirectionalLight("#ffffff", 2.2);
  #frame: Frame | null = null;

  constructor(data: PageData) {
    this.axes = axesOf(data);
    this.size = sizeOf(this.axes);
    this.#bandNames = data.bands;
    this.#regions = new Map(data.families.map((family, at) => [family.id, regionOf(family, at, this.size)]));
    this.content.add(new AmbientLight("#ffffff", 0.9), this.#sun);
  }

  /** Takes the families to be shown; what is drawn follows with `refresh`. */
  show(families: readonly SpaceFamily[]): void {
    const asked = families.filter(({ id, shown }) => shown && this.#regions.has(id));
    const isAnyStrong = asked.some(({ highlighted }) => highlighted);
    this.shown = asked.flatMap(({ id, highlighted }, place) => {
      const region = this.#regions.get(id);
      const weight: Weight = highlighted ? "highlighted" : isAnyStrong ? "receding" : "plain";
      return region ? [{ region, weight, outline: outline(region, place, asked.length) }] : [];
    });
  }

  /** Draws a view in some colours, and a frame round the cell under the pointer. */
  refresh(view: SpaceView, inks: Inks, cell: Triple | null): void {
    this.content.background = new Color(inks.page);
    this.#parts.frame.refresh(inks, () => {
      this.#frame = drawFrame(this.axes, this.size, inks);
      return this.#frame.object;
    });
    const looks = this.shown.map(({ region, weight }) => [region.family.id, weight]);
    this.#parts.regions.refresh([looks, inks], () => this.#drawRegions(inks));
    this.#parts.systems.refresh([view.systems, inks], () => this.#drawSystems(view, inks));
    this.#parts.cell.refresh([cell, inks], () => this.#drawCell(cell, inks));
  }

  /** Turns the room and the light towards the camera. */
  face(sight: Sight): void {
    this.#frame?.face(sight.eye);
    const [x, y, z] = sight.eye;
    this.#sun.position.set(x - z * 0.5, y + Math.hypot(x, z), z + x * 0.5);
  }

  labels(view: SpaceView, inks: Inks, sight: Sight): Wanted[] {
    return [
      ...axisLabels(this.axes, this.size, this.#bandNames, sight),
      ...familyLabels(this.shown, inks, sight),
      ...systemLabels(view.systems, sight),
    ];
  }

  /** Whether a certain region is among what is shown. */
  get hasCertain(): boolean {
    return this.shown.some(({ region }) => hasCertain(region));
  }

  dispose(): void {
    for (const part of Object.values(this.#parts)) part.clear();
  }

  #drawRegions(inks: Inks): Group {
    const shown = this.shown.length;
    const group = new Group();
    this.shown.forEach(({ region, weight }, place) => {
      // Highlighted regions are drawn after all others.
      const turn = place + (weight === "highlighted" ? shown : 0);
      const look = { weight, place, shown, inks, order: ORDER.regions + EACH * turn };
      group.add(drawRegion(region, this.size, look));
    });
    return group;
  }

  #drawSystems({ systems }: SpaceView, inks: Inks): Group {
    const group = new Group();
    systems.forEach((system, at) => group.add(drawSystem(system, systems, this.size, inks, ORDER.systems + EACH * at)));
    return group;
  }

  #drawCell(cell: Triple | null, inks: Inks): Object3D {
    if (!cell) return new Group();
    const planes = (axis: 0 | 1 | 2) => [cell[axis], cell[axis] + 1];
    const cube = { planes: [planes(0), planes(1), planes(2)], filled: new Uint8Array([1]) } as const;
    const tones = { line: inks.ink, hidden: mix(inks.ink, inks.page, 0.6), fill: inks.page };
    return drawHull(cube, this.size, { ...tones, alpha: 0.55, width: 1.75, order: ORDER.cell });
  }
}
