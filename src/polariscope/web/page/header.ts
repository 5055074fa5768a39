/** What this is, by which edition, what of it is ours, and the theme. */

import type { Desk, Part } from "./desk";
import { h, link, setAttribute } from "./dom";
import type { Theme } from "./state";

const OURS =
  "Families, their mechanisms and the interplay of their axes are after that post. " +
  "Ours, and marked so: thresholds, what each band of a facet means, the encoding as conditions, the worked " +
  "examples, and some names.";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];

export const SECTIONS: readonly (readonly [id: string, title: string])[] = [
  ["systems", "Systems"],
  ["families", "Families"],
  ["profile", "Profile"],
  ["space", "Space"],
  ["cells", "Cells"],
  ["tour", "Tour"],
  ["about", "About"],
];

export function header(desk: Desk): Part {
  const { edition } = desk.data;
  const theme = themeChooser(desk);
  const top = h(
    "div",
    { class: "top" },
    named(desk),
    h("p", { class: "theme" }, h("label", { for: "theme" }, "Theme "), theme),
  );
  const title = h("h1", {}, "Risk map: which families of alignment risk are open for a system, and why");
  const source = h("p", {}, "After ", link(edition.source.url, edition.source.title), `. ${OURS}`);
  const links = SECTIONS.map(([id, text]) => h("li", {}, h("a", { href: `#${id}` }, text)));
  const nav = h("nav", { "aria-label": "Sections" }, h("ul", {}, ...links));
  return {
    element: h("header", {}, top, title, source, laidOver(edition.changes), nav),
    update: ({ state }) => {
      theme.value = state.theme;
      setAttribute(document.documentElement, "data-theme", state.theme === "auto" ? null : state.theme);
    },
  };
}

function themeChooser(desk: Desk): HTMLSelectElement {
  const choose = (): void => desk.change((state) => ({ ...state, theme: THEMES[made.selectedIndex] ?? "auto" }));
  const options = THEMES.map((theme) => h("option", { value: theme }, theme));
  const made: HTMLSelectElement = h("select", { id: "theme", change: choose }, ...options);
  return made;
}

/** Version, edition and digest: what every reading of the map depends on. */
function named({ data: { edition, version } }: Desk): HTMLElement {
  const [id, digest] = [h("b", {}, edition.id), h("code", {}, edition.digest)];
  return h("p", { class: "overline" }, `Polariscope ${version} · edition `, id, " · digest ", digest);
}

function laidOver(changes: readonly string[]): HTMLElement | null {
  if (!changes.length) return null;
  const list = h("ul", {}, ...changes.map((change) => h("li", {}, change)));
  const told = h("b", {}, "This is not the edition that ships with Polariscope, nor all of it after that post. It changes:");
  return h("div", { class: "callout" }, h("p", {}, told), list);
}
