/** What the parts of the page are given, and what each of them is. */

import type { PageState } from "./state";
import type { PageData } from "./types";
import type { PageView } from "./view";

export interface Desk {
  readonly data: PageData;
  /** Change the state; everything that shows it is patched before this returns. */
  change(step: (state: PageState) => PageState): void;
  /** What is shown now. */
  now(): PageView;
  /** Put a sentence where notices stand; screen readers say it. */
  tell(text: string): void;
}

/** A part is built once and then only patched. */
export interface Part {
  readonly element: HTMLElement;
  update(view: PageView): void;
}
