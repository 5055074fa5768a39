/** Elements from data. Text is only ever text; a character that would hide or reorder it is shown as its code. */

type Attribute = string | number | boolean | null | ((event: Event) => void);

export type Child = Node | string | null;

const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Attributes that a reader sees or hears. */
const SHOWN = new Set(["aria-label", "label", "title"]);

const filled = new WeakMap<Element, string>();

/** The text with every control, format, private or surrogate character shown as its code point. */
export function visible(text: string): string {
  return text.replace(
    HIDDEN,
    (each) => `⟨U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

/** An element; an attribute that is a function listens to the event of that name. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else setAttribute(element, name, value);
  }
  fill(element, ...children);
  return element;
}

/** Set, or with null or false remove, an attribute; nothing happens where it is so already. */
export function setAttribute(element: Element, name: string, value: string | number | boolean | null): void {
  const text =
    value === null || value === false
      ? null
      : value === true
        ? ""
        : SHOWN.has(name)
          ? visible(String(value))
          : String(value);
  if (element.getAttribute(name) === text) return;
  if (text === null) element.removeAttribute(name);
  else element.setAttribute(name, text);
}

/** Replace the text; nothing happens where it is so already. */
export function setText(node: Node, text: string): void {
  const shown = visible(text);
  if (node.textContent !== shown) node.textContent = shown;
}

/** Replace the children. */
export function fill(element: Element, ...children: readonly Child[]): void {
  const present = children.filter((child) => child !== null);
  element.replaceChildren(...present.map((child) => (typeof child === "string" ? visible(child) : child)));
}

/** Replace the children of an element only where what they are made of has changed. */
export function refill(element: Element, key: string, make: () => readonly Child[]): void {
  if (filled.get(element) === key) return;
  filled.set(element, key);
  fill(element, ...make());
}

/** A link to the web, or plain text where the address is not one. */
export function link(address: string, text: string): HTMLElement {
  const safe = /^https?:\/\//i.test(address);
  return safe ? h("a", { href: address, rel: "noopener noreferrer" }, text) : h("span", {}, text);
}

export function button(
  text: string,
  press: () => void,
  attributes: Readonly<Record<string, Attribute>> = {},
): HTMLButtonElement {
  return h("button", { type: "button", click: press, ...attributes }, text);
}

/** A section of the page, named by its title. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  const heading = h("h2", { id: `${id}-title` }, title);
  return h("section", { id, "aria-labelledby": `${id}-title` }, heading, ...children);
}

/** Text for screen readers only. */
export function spoken(text: string): HTMLElement {
  return h("span", { class: "spoken" }, text);
}

/** Hand the user a file. */
export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = h("a", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A name as a file name. */
export function fileName(name: string, suffix: string): string {
  const plain = name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
  return `${plain || "system"}.${suffix}`;
}

/** Bring a part of the page into view. */
export function scrollTo(target: HTMLElement | null): void {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target?.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}

/** Bring a part of the page into view and to the keyboard. */
export function jumpTo(target: HTMLElement): void {
  if (!target.matches("a, button, input, select, summary, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  scrollTo(target);
}
