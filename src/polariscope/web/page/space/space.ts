/** The mounted space: takes views from the page, draws a frame when something changed, and says what the user does. */

import type { Camera, Space, SpaceEvents, SpaceSystem, SpaceView } from "../space_contract";
import type { Family, PageData } from "../types";
import { badgeOf, markerBoxes } from "./badges";
import { CameraRig } from "./camera";
import { LOST_CONTEXT, pixelRatio, release, watchContext } from "./gl";
import type { Ground } from "./host";
import { Key, keyLines } from "./key";
import { listenToKeys } from "./keyboard";
import type { Box, Size, Spot } from "./labels";
import { LabelLayer } from "./layer";
import type { Triple } from "./lattice";
import { inks, type Inks } from "./palette";
import { asBlob, drawPicture } from "./picture";
import { listenToPointer } from "./pointer";
import { cellTip, cellUnder, familyTip, type Here, idUnder, systemTip, systemUnder } from "./probe";
import { Scene } from "./scene";
import { sightOf, type Sight } from "./sight";
import { shortened } from "./text";
import { Tooltip } from "./tooltip";

/** Pixels of a picture for one of the page: enough for print. */
const PICTURE_SCALE = 2;
/** CSS pixels of the space on paper: labels of this size can be read on a sheet that it fills across. */
const SHEET: Size = { width: 800, height: 500 };
const EMPTY: SpaceView = { families: [], systems: [], theme: "light", reducedMotion: true };

/** What a point of the canvas means. */
interface Under {
  readonly system: SpaceSystem | null;
  readonly family: Family | null;
  readonly here: Here | null;
}
const NOTHING: Under = { system: null, family: null, here: null };

export class MountedSpace implements Space {
  readonly #ground: Ground;
  readonly #data: PageData;
  readonly #events: SpaceEvents;
  readonly #scene: Scene;
  readonly #rig: CameraRig;
  readonly #labels: LabelLayer;
  readonly #tooltip: Tooltip;
  readonly #key = new Key();
  readonly #resized: ResizeObserver;
  readonly #font: string;
  #view = EMPTY;
  #inks: Inks;
  #frame: Size = { width: 0, height: 0 };
  #pointer: Spot | null = null;
  #cell: Triple | null = null;
  #isLost = false;
  #requested = 0;

  constructor(ground: Ground, data: PageData, events: SpaceEvents) {
    const { host, root, canvas, ended } = ground;
    [this.#ground, this.#data, this.#events] = [ground, data, events];
    this.#font = getComputedStyle(host).fontFamily;
    this.#inks = this.#readInks();
    this.#scene = new Scene(data);
    this.#rig = new CameraRig(canvas, this.#scene.size, () => this.#request());
    this.#labels = new LabelLayer(this.#inks, this.#font);
    this.#tooltip = new Tooltip(this.#inks);
    root.append(this.#labels.root, this.#key.root, this.#tooltip.root);
    listenToKeys(host, this, ended.signal);
    const pointer = { hover: (at: Spot | null) => this.#hover(at), click: (at: Spot) => this.#click(at) };
    listenToPointer(canvas, pointer, ended.signal);
    const gaveUp = () => events.failed(LOST_CONTEXT);
    watchContext(canvas, { lost: () => this.#lose(), restored: () => this.#regain(), gaveUp }, ended.signal);
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#resized.observe(root);
  }

  update(view: SpaceView): void {
    const { camera: before } = this.#view;
    this.#view = view;
    this.#rig.isStill = view.reducedMotion;
    const { camera } = view;
    // The page gives the whole view at every change: only another camera than last time is a wish to go there.
    if (camera && (camera.azimuth !== before?.azimuth || camera.elevation !== before.elevation)) this.#rig.goTo(camera);
    this.#request();
  }

  camera(): Camera {
    return this.#rig.at();
  }

  reset(): void {
    this.#rig.reset();
  }

  turn(azimuth: number, elevation: number): void {
    this.#rig.turn(azimuth, elevation);
  }

  zoom(factor: number): void {
    this.#rig.zoom(factor);
  }

  async picture(): Promise<Blob> {
    if (this.#isLost || this.#frame.width === 0) throw new Error("nothing is drawn that a picture could show");
    const drawn = this.#portrait();
    this.#ground.renderer.setPixelRatio(pixelRatio());
    this.#draw();
    return asBlob(drawn);
  }

  sheet(): HTMLCanvasElement {
    if (this.#isLost) throw new Error("nothing is drawn that could be printed");
    const [frame, view, pointer] = [this.#frame, this.#view, this.#pointer];
    [this.#view, this.#pointer] = [{ ...view, theme: "light" }, null];
    this.#fit(SHEET);
    const drawn = this.#portrait();
    [this.#view, this.#pointer] = [view, pointer];
    this.#fit(frame);
    this.#draw();
    return drawn;
  }

  /** The picture of what is drawn in the frame; whoever asks for it draws the frame anew. */
  #portrait(): HTMLCanvasElement {
    const { canvas, renderer } = this.#ground;
    this.#draw();
    renderer.setPixelRatio(PICTURE_SCALE);
    renderer.render(this.#scene.content, this.#rig.camera);
    return drawPicture({ canvas, frame: this.#frame, ...this.#pictureParts() }, PICTURE_SCALE);
  }

  dispose(): void {
    cancelAnimationFrame(this.#requested);
    this.#resized.disconnect();
    this.#ground.ended.abort();
    this.#rig.dispose();
    this.#scene.dispose();
    release(this.#ground.renderer);
  }

  #pictureParts() {
    const { edition } = this.#data;
    const regions = this.#scene.shown.map(({ region }) => region);
    return {
      labels: this.#labels.shown,
      inks: this.#inks,
      family: this.#font,
      legend: regions.map(badgeOf),
      names: regions.map(({ family }) => shortened(family.name, 60)),
      key: this.#keyLines(),
      caption: shortened(`Polariscope risk map, edition ${edition.id} (${edition.digest})`, 160),
    };
  }

  #keyLines() {
    return keyLines(this.#scene.shown.length > 0, this.#scene.hasCertain);
  }

  #readInks(): Inks {
    const style = getComputedStyle(this.#ground.host);
    return inks(this.#view.theme, (property) => style.getPropertyValue(property));
  }

  #sight(): Sight {
    return sightOf(this.#rig.camera, this.#frame, this.#scene.size);
  }

  #request(): void {
    this.#requested ||= requestAnimationFrame((now) => {
      this.#requested = 0;
      const isMoving = this.#rig.step(now);
      this.#draw();
      if (isMoving) this.#request();
    });
  }

  #draw(): void {
    if (this.#isLost || this.#frame.width === 0) return;
    this.#refreshInks();
    const sight = this.#sight();
    this.#scene.show(this.#view.families);
    this.#probe(sight);
    this.#scene.refresh(this.#view, this.#inks, this.#cell);
    this.#scene.face(sight);
    this.#key.show(this.#keyLines(), this.#inks);
    const taken = [...this.#keyBox(), ...markerBoxes(this.#view.systems, sight)];
    this.#labels.show(this.#scene.labels(this.#view, this.#inks, sight), this.#frame, taken);
    this.#ground.renderer.render(this.#scene.content, this.#rig.camera);
  }

  #refreshInks(): void {
    const now = this.#readInks();
    if (JSON.stringify(now) === JSON.stringify(this.#inks)) return;
    this.#inks = now;
    this.#labels.ink(now);
    this.#tooltip.ink(now);
  }

  /** What the key covers. */
  #keyBox(): Box[] {
    const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = this.#key.root;
    return width > 0 ? [{ left, top, width, height }] : [];
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#ground.root;
    this.#fit({ width, height });
    // Drawn at once: a canvas that has changed its size is empty until then.
    this.#draw();
  }

  #fit(frame: Size): void {
    this.#frame = frame;
    if (frame.width === 0 || frame.height === 0) return;
    this.#ground.renderer.setPixelRatio(pixelRatio());
    this.#ground.renderer.setSize(frame.width, frame.height, false);
    this.#rig.fit(frame);
  }

  #hover(at: Spot | null): void {
    this.#pointer = at;
    const before = this.#cell?.join();
    this.#probe(this.#sight());
    if (this.#cell?.join() !== before) this.#request();
  }

  /** Looks what lies under the resting pointer, which changes with the camera and the view too. */
  #probe(sight: Sight): void {
    const { axes, size } = this.#scene;
    const at = this.#pointer;
    const { system, family, here } = at ? this.#under(at, sight) : NOTHING;
    this.#cell = here?.cell ?? null;
    const tip = system ? systemTip(system, axes) : family ? familyTip(family) : here && cellTip(here, axes, size);
    this.#ground.canvas.style.cursor = tip ? "pointer" : "grab";
    if (at && tip) this.#tooltip.show(tip, at, this.#frame);
    else this.#tooltip.hide();
  }

  /** What a point of the canvas means: a system, a family by its name there, or a cell; the first that it can. */
  #under(at: Spot, sight: Sight): Under {
    const { systems } = this.#view;
    const { shown, size } = this.#scene;
    const family = shown.find(({ region }) => region.family.id === idUnder("family", at, this.#labels.shown));
    if (family) return { ...NOTHING, family: family.region.family };
    const label = idUnder("system", at, this.#labels.shown);
    const system = systems.find((each) => each.label === label) ?? systemUnder(at, systems, sight);
    return system ? { ...NOTHING, system } : { ...NOTHING, here: cellUnder(at, shown, size, sight) };
  }

  #click(at: Spot): void {
    const { system, family, here } = this.#under(at, this.#sight());
    if (system) return this.#events.pickSystem(system.label);
    if (family) return this.#events.pickFamily(family.id);
    const [only, another] = here?.families ?? [];
    if (!here || !only) return;
    const [b, c, i] = here.cell;
    if (another) this.#events.pickCell(b + 1, c + 1, i + 1);
    else this.#events.pickFamily(only.id);
  }

  #lose(): void {
    this.#isLost = true;
    this.#ground.root.style.visibility = "hidden";
  }

  #regain(): void {
    this.#isLost = false;
    this.#ground.root.style.visibility = "visible";
    this.#request();
  }
}
