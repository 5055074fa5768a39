/** What the page (risk.js) and the 3-D space (space.js) ask of each other. Neither imports the other's code. */

import type { PageData, Span } from "./types";

export interface SpaceFamily {
  readonly id: string;
  readonly shown: boolean;
  readonly highlighted: boolean;
}

export interface SpaceSystem {
  readonly label: "A" | "B";
  /** As the page names it, with what it adds, such as "(edited)". */
  readonly name: string;
  /** Not so where its profile contradicts itself: it is drawn as one whose place is in doubt. */
  readonly evaluated: boolean;
  /** Ordinals of Beingness, Cognition and Intelligence, in this order. */
  readonly spans: readonly [Span, Span, Span];
}

export interface Camera {
  /** Degrees around the Beingness axis. */
  readonly azimuth: number;
  /** Degrees above the floor. */
  readonly elevation: number;
}

/** All that the space draws. */
export interface SpaceView {
  readonly families: readonly SpaceFamily[];
  readonly systems: readonly SpaceSystem[];
  /** Already resolved: "auto" never gets here. */
  readonly theme: "light" | "dark";
  readonly reducedMotion: boolean;
  /** Where the camera should go. Absent: it stays where it is. */
  readonly camera?: Camera;
}

/** What the user does inside the space. Levels count from 1. */
export interface SpaceEvents {
  pickFamily(id: string): void;
  pickCell(beingness: number, cognition: number, intelligence: number): void;
  pickSystem(label: "A" | "B"): void;
  /** The space cannot be drawn, or no longer: the page puts the reason where the canvas was. */
  failed(reason: string): void;
}

/** The mounted space. The page calls `update` with the whole view after every change. */
export interface Space {
  update(view: SpaceView): void;
  /** Where the camera stands, or is on its way to. */
  camera(): Camera;
  /** Camera back to where it started. */
  reset(): void;
  /** Degrees. */
  turn(azimuth: number, elevation: number): void;
  /** Above 1 is nearer. */
  zoom(factor: number): void;
  /** A PNG of what is drawn now. */
  picture(): Promise<Blob>;
  /** What is drawn now as it goes on paper: in light colours, of one size whatever the screen's, made at once. */
  sheet(): HTMLCanvasElement;
  dispose(): void;
}

/** How a family is drawn, in the legend and in the space. Its number stands beside it: never colour alone. */
export interface FamilyMark {
  readonly colour: string;
  /** Outlines of the second half of the families are dashed, since six colours serve twelve. */
  readonly dashed: boolean;
}

/** Okabe and Ito, without black and without yellow, which are lost on a dark and on a light ground. */
const COLOURS = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"] as const;

/** The mark of the family at a place (from 0) in `PageData.families`. */
export function familyMark(place: number): FamilyMark {
  return {
    colour: COLOURS[place % COLOURS.length] ?? COLOURS[0],
    dashed: Math.floor(place / COLOURS.length) % 2 === 1,
  };
}

export type CreateSpace = (host: HTMLElement, data: PageData, events: SpaceEvents) => Space;

/** `window.polariscopePage`: set by risk.js, which runs first; space.js calls `registerSpace` once. */
export interface SpaceSocket {
  registerSpace(create: CreateSpace): void;
}
