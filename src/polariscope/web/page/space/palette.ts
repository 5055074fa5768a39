/** The page's colours, and what keeps a family's colour apart from them. */

export type Theme = "light" | "dark";

/** The colours of all that is not a family's: the page's custom properties, by their names there. */
export interface Inks {
  readonly page: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly panel: string;
}

/** The colours of the page's own style sheet, for a host that defines none. */
const FALLBACK: Readonly<Record<Theme, Inks>> = {
  light: { page: "#ffffff", ink: "#1b1f24", soft: "#59626d", line: "#d5dae0", panel: "#f5f6f8" },
  dark: { page: "#14171b", ink: "#e6e8ea", soft: "#a4adb8", line: "#363d46", panel: "#1d2127" },
};

type Rgb = readonly [number, number, number];

function parse(colour: string): Rgb {
  const at = (from: number) => parseInt(colour.slice(from, from + 2), 16);
  return [at(1), at(3), at(5)];
}

function hex(rgb: Rgb): string {
  return `#${rgb.map((each) => Math.round(each).toString(16).padStart(2, "0")).join("")}`;
}

/** The page's colours, as `read` gives its custom properties; what is missing or no #rrggbb is the fallback's. */
export function inks(theme: Theme, read: (property: string) => string): Inks {
  const own = (name: keyof Inks) => {
    const value = read(`--${name}`).trim().toLowerCase();
    return /^#[0-9a-f]{6}$/.test(value) ? value : FALLBACK[theme][name];
  };
  return { page: own("page"), ink: own("ink"), soft: own("soft"), line: own("line"), panel: own("panel") };
}

/** (1 - share) a + share b, in sRGB. */
export function mix(a: string, b: string, share: number): string {
  const [from, to] = [parse(a), parse(b)];
  const at = (channel: 0 | 1 | 2) => from[channel] + (to[channel] - from[channel]) * share;
  return hex([at(0), at(1), at(2)]);
}

function luminance(colour: string): number {
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = parse(colour).map((each) => linear(each / 255)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG's ratio of contrast, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/**
 * A colour moved towards the ink until it stands out from the page; 3 is what WCAG 1.4.11 asks of graphics.
 *
 * @param ratio Wished contrast, reached where the ink itself reaches it.
 */
export function legible(colour: string, { page, ink }: Inks, ratio = 3): string {
  for (let share = 0; share < 1; share += 0.05) {
    const candidate = mix(colour, ink, share);
    if (contrast(candidate, page) >= ratio) return candidate;
  }
  return ink;
}
