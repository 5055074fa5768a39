/** Where this is from and what it cannot say. */

import type { Desk } from "./desk";
import { h, link } from "./dom";

const LIMITS: readonly string[] = [
  "Open means that the conditions of a family hold for the profile as given. It is no probability, and no finding " +
    "that the failure occurs.",
  "Closed means that a condition fails as encoded here, with thresholds that are ours. It is no proof of safety.",
  "The three axes alone do not determine what happens: tools, users, oversight and institutions do their part, " +
    "and only those that a mechanism itself names decide here.",
  "The names of the 22 capabilities are not public; levels without a name are numbers.",
  "There is no total score, on purpose: families differ in kind, and no scale holds them all.",
];

const PRIVATE =
  ". Nothing on this page is fetched or sent; what you load stays here, and an address that you copy carries the " +
  "profile in it.";

export function footer(desk: Desk): HTMLElement {
  const { edition, version } = desk.data;
  const title = h("h2", { id: "about-title" }, "What this cannot say");
  const list = h("ul", {}, ...LIMITS.map((each) => h("li", {}, each)));
  const source = h("p", {}, "Source: ", link(edition.source.url, edition.source.title), PRIVATE);
  const made = `Polariscope ${version}, edition ${edition.id} (${edition.title}), digest ${edition.digest}.`;
  const told = h("p", {}, `${made} Every export names its edition.`);
  return h("footer", { id: "about", "aria-labelledby": "about-title" }, title, list, source, told);
}
