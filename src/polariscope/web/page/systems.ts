/** The systems to choose from: the user's own, files loaded here, the worked examples, and an empty one. */

import type { PageData, Profile } from "./types";

export type Group = "yours" | "loaded" | "ours" | "blank";

export interface Listed {
  /** Unique, and the same in every page with these systems: "ours.Spam filter". */
  readonly key: string;
  readonly group: Group;
  readonly profile: Profile;
}

export const BLANK: Listed = {
  key: "blank",
  group: "blank",
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
  const seen = new Map<string, number>();
  return profiles.map((profile) => {
    const count = (seen.get(profile.name) ?? 0) + 1;
    seen.set(profile.name, count);
    return { key: `${name}.${profile.name}${count > 1 ? ` (${count})` : ""}`, group: name, profile };
  });
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
