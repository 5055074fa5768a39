/** The keys of the space, while it has the focus; Tab and all else stay the page's. */

export interface Steering {
  turn(azimuth: number, elevation: number): void;
  zoom(factor: number): void;
  reset(): void;
}

/** Degrees of one press. */
const STEP = 10;
const NEARER = 1.2;

const KEYS: Readonly<Record<string, (steering: Steering) => void>> = {
  ArrowLeft: (steering) => steering.turn(-STEP, 0),
  ArrowRight: (steering) => steering.turn(STEP, 0),
  ArrowUp: (steering) => steering.turn(0, STEP),
  ArrowDown: (steering) => steering.turn(0, -STEP),
  "+": (steering) => steering.zoom(NEARER),
  "=": (steering) => steering.zoom(NEARER),
  "-": (steering) => steering.zoom(1 / NEARER),
  Home: (steering) => steering.reset(),
};

/** Steers by keys pressed in the host itself, until the signal. */
export function listenToKeys(host: HTMLElement, steering: Steering, signal: AbortSignal): void {
  const press = (event: KeyboardEvent) => {
    const act = KEYS[event.key];
    if (!act || event.target !== host || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act(steering);
  };
  host.addEventListener("keydown", press, { signal });
}
