/** Sentences for the user: what was refused, ignored or done. Screen readers say them as they come. */

import { button, h } from "./dom";

const MOST = 3;

export interface Notices {
  readonly element: HTMLElement;
  tell(text: string): void;
}

export function notices(): Notices {
  const element = h("div", { class: "notices", role: "status" });
  const tell = (text: string): void => {
    const notice = h(
      "p",
      { class: "callout" },
      h("span", {}, text),
      " ",
      button("Dismiss", () => notice.remove(), { class: "plain" }),
    );
    element.append(notice);
    while (element.childElementCount > MOST) element.firstElementChild?.remove();
  };
  return { element, tell };
}
