/** The camera: on a sphere round the middle of the space, turned by hand (OrbitControls) or sent somewhere. */

import { MathUtils, PerspectiveCamera, Spherical } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import type { Camera } from "../space_contract";
import type { Size } from "./labels";
import type { Triple } from "./lattice";

/** Degrees; narrow, so that parallel edges stay nearly parallel. */
const FIELD = 18;
export const HOME = { azimuth: -34, elevation: 24, zoom: 1 } as const;
/** Never beneath the floor, never quite above, where left and right would lose their meaning. */
const ELEVATION = { least: 0, most: 88 } as const;
const ZOOM = { least: 0.5, most: 4 } as const;
const DAMPING = 0.16;
/** Pixels that labels take outside the room, above and below, left and right. */
const MARGIN = { tall: 12, wide: 60 } as const;
/** Of the canvas's height. */
const LIFT = 0.015;

interface Pose extends Camera {
  /** 1 where the whole space fits. */
  readonly zoom: number;
}

interface Flight {
  readonly from: Pose;
  readonly to: Pose;
  readonly start: number;
  readonly milliseconds: number;
}

/** The pose part of the way; the turn is the shorter one. */
function partway(from: Pose, to: Pose, share: number): Pose {
  const turn = ((((to.azimuth - from.azimuth) % 360) + 540) % 360) - 180;
  return {
    azimuth: from.azimuth + turn * share,
    elevation: from.elevation + (to.elevation - from.elevation) * share,
    zoom: from.zoom * (to.zoom / from.zoom) ** share,
  };
}

export class CameraRig {
  readonly camera = new PerspectiveCamera(FIELD, 1, 1, 200);
  /** No movement without the user's hand on it. */
  isStill = false;
  readonly #controls: OrbitControls;
  readonly #moved: () => void;
  /** Half the room at its tallest and at its widest, from wherever it is seen. */
  readonly #reach: { readonly tall: number; readonly wide: number };
  #flight: Flight | null = null;
  #distance = 40;

  /** @param moved Called whenever another frame is due. */
  constructor(canvas: HTMLCanvasElement, size: Triple, moved: () => void) {
    this.#moved = moved;
    this.#reach = { tall: Math.hypot(...size) / 2, wide: Math.hypot(size[1], size[2]) / 2 };
    this.#controls = new OrbitControls(this.camera, canvas);
    this.#controls.enablePan = false;
    this.#controls.dampingFactor = DAMPING;
    this.#controls.minPolarAngle = MathUtils.degToRad(90 - ELEVATION.most);
    this.#controls.maxPolarAngle = MathUtils.degToRad(90 - ELEVATION.least);
    this.#controls.addEventListener("change", moved);
    this.#controls.addEventListener("start", () => (this.#flight = null));
    // A finger that moves up or down scrolls the page, as it does beside the canvas.
    canvas.style.touchAction = "pan-y";
    this.#stand(HOME);
  }

  /** Fits the space into a canvas; the zoom stays. */
  fit({ width, height }: Size): void {
    const pose = this.#pose();
    const half = Math.tan(MathUtils.degToRad(FIELD / 2));
    const room = (length: number, margin: number) => length / Math.max(length / 4, length - 2 * margin);
    const tall = room(height, MARGIN.tall) * (this.#reach.tall / half);
    const wide = room(width, MARGIN.wide) * (this.#reach.wide / (half * (width / height)));
    this.#distance = Math.max(tall, wide);
    this.#controls.minDistance = this.#distance / ZOOM.most;
    this.#controls.maxDistance = this.#distance / ZOOM.least;
    this.camera.aspect = width / height;
    this.camera.near = this.#distance / 20;
    this.camera.far = this.#distance * 4;
    // The room's middle a little above the canvas's: there are more labels beneath it than above.
    this.camera.setViewOffset(width, height, 0, LIFT * height, width, height);
    this.#stand(pose);
  }

  /** Where it stands, or is on its way to. */
  at(): Camera {
    const { azimuth, elevation } = this.#goal();
    return { azimuth, elevation };
  }

  /** Flies to a place in most of a second; at once where motion is reduced. */
  goTo(to: Camera): void {
    this.#fly({ ...to, zoom: this.#goal().zoom }, 700);
  }

  reset(): void {
    this.#fly(HOME, 500);
  }

  turn(azimuth: number, elevation: number): void {
    const goal = this.#goal();
    this.#fly({ ...goal, azimuth: goal.azimuth + azimuth, elevation: goal.elevation + elevation }, 160);
  }

  zoom(factor: number): void {
    const goal = this.#goal();
    this.#fly({ ...goal, zoom: goal.zoom * factor }, 160);
  }

  /** Moves on to a moment. @returns Whether it has further to go. */
  step(now: number): boolean {
    const flight = this.#flight;
    if (!flight) return this.#controls.enableDamping && this.#controls.update();
    const time = MathUtils.clamp((now - flight.start) / flight.milliseconds, 0, 1);
    this.#stand(partway(flight.from, flight.to, MathUtils.smootherstep(time, 0, 1)));
    if (time === 1) this.#flight = null;
    return time < 1;
  }

  dispose(): void {
    this.#controls.dispose();
  }

  #fly(wish: Pose, milliseconds: number): void {
    const to = {
      azimuth: wish.azimuth,
      elevation: MathUtils.clamp(wish.elevation, ELEVATION.least, ELEVATION.most),
      zoom: MathUtils.clamp(wish.zoom, ZOOM.least, ZOOM.most),
    };
    const length = this.isStill ? 0 : milliseconds;
    this.#flight = { from: this.#pose(), to, start: performance.now(), milliseconds: Math.max(1, length) };
    if (this.isStill) this.#stand(to);
    if (this.isStill) this.#flight = null;
    this.#moved();
  }

  #goal(): Pose {
    return this.#flight?.to ?? this.#pose();
  }

  #pose(): Pose {
    const at = new Spherical().setFromVector3(this.camera.position);
    const elevation = 90 - MathUtils.radToDeg(at.phi);
    return { azimuth: MathUtils.radToDeg(at.theta), elevation, zoom: this.#distance / at.radius };
  }

  /** Puts the camera there, and ends what was left of a turn by hand. */
  #stand({ azimuth, elevation, zoom }: Pose): void {
    this.#controls.enableDamping = false;
    this.#controls.update();
    const [phi, theta] = [MathUtils.degToRad(90 - elevation), MathUtils.degToRad(azimuth)];
    this.camera.position.setFromSpherical(new Spherical(this.#distance / zoom, phi, theta));
    this.#controls.update();
    this.#controls.enableDamping = !this.isStill;
  }
}
