/** The systems to choose from: the user's own, files loaded here, the worked examples, and an empty one. */

import type { PageData, Profile } from "./types";

export type Group = "yours" | "loaded" | "ours" | "blank";

export interface Listed {
  /** Unique, and the same in every page with these systems: "ours.Spam filter". */
  readonly key: string;
  readonly group: Group;
  /** Short, and unique within its group. */
  readonly name: string;
  readonly profile: Profile;
}

export const BLANK: Listed = {
  key: "blank",
  group: "blank",
  name: "Nothing known yet",
  profile: {
    name: "Nothing known yet",
    description: "Every property is unknown.",
    made_by: "",
    entries: {},
    attached: [],
  },
};

const LONGEST_NAME = 80;

/** All systems, in the order in which they are offered. */
export function listed(data: PageData, held: readonly Profile[]): readonly Listed[] {
  return [...group("yours", data.systems), ...group("loaded", held), ...group("ours", data.examples), BLANK];
}

function group(name: Group, profiles: readonly Profile[]): Listed[] {
  const taken = new Set<string>();
  return profiles.map((profile) => {
    const made = (suffix: string): readonly [key: string, shown: string] => [
      `${name}.${profile.name}${suffix}`,
      shortName(profile.name) + suffix,
    ];
    let [key, shown] = made("");
    for (let count = 2; taken.has(key) || taken.has(shown); count += 1) [key, shown] = made(` (${count})`);
    taken.add(key).add(shown);
    return { key, group: name, name: shown, profile };
  });
}

export const EDITED = " (edited)";

/** The name under which a system stands everywhere on the page. */
export function displayName({ name }: Listed, edited: boolean, stale: boolean): string {
  return name + (edited ? EDITED : "") + (stale ? " (not evaluated)" : "");
}

/** The system of a key, the empty one where there is none. */
export function systemOf(systems: readonly Listed[], key: string): Listed {
  return systems.find((each) => each.key === key) ?? BLANK;
}

/** A name short enough to stand in a heading. */
export function shortName(name: string): string {
  const plain = name.trim() || "unnamed";
  return plain.length > LONGEST_NAME ? `${plain.slice(0, LONGEST_NAME - 1)}…` : plain;
}
