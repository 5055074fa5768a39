/** What the page is made of: the JSON that Python computes. No rule is evaluated here, only looked up. */

/** Levels low..high, both included, counted from 1. Of a factor 1 is no, 2 is yes. */
export type Span = readonly [low: number, high: number];

export interface Variable {
  readonly id: string;
  readonly kind: "axis" | "facet" | "factor";
  readonly name: string;
  /** Name of each level, lowest first. */
  readonly labels: readonly string[];
  /** Band (1 low, 2 middle, 3 high) of each level; empty for a factor. */
  readonly bands: readonly number[];
  /** Of a facet: the axis that bounds it from above. */
  readonly axis: string | null;
  readonly question: string;
  readonly anchors: readonly string[];
  /** Whether a condition or amplifier of some family names it. */
  readonly named: boolean;
}

/** A three-valued condition: "y" holds, "n" does not, "?" unknown. */
export type Truth = "y" | "n" | "?";

/** Rows by class of each named variable: index = mixed radix, the first variable most significant. */
export interface Lookup {
  readonly variables: readonly string[];
  /** classes[v][low - 1][high - low] is the class of that span of variable v. */
  readonly classes: readonly (readonly (readonly number[])[])[];
  /** How many classes each variable has. */
  readonly sizes: readonly number[];
}

export interface Condition {
  readonly kind: "driver" | "deficit" | "gap" | "switch";
  readonly text: string;
  readonly encodes: string;
  readonly threshold: string;
  readonly reason: string;
}

export interface Amplifier extends Condition {
  readonly lookup: Lookup;
  /** A Truth for each row. */
  readonly rows: string;
}

export interface Move {
  readonly variable: string;
  readonly span: Span;
  /** Such as "persistence at most middle". */
  readonly text: string;
}

export type State = "open" | "closed" | "undetermined";

export interface Outcome {
  readonly state: State;
  /** A Truth for each condition of the family. */
  readonly conditions: string;
  /** Indexes of the conditions that decided; of an undetermined family, of those unknown. */
  readonly decided: readonly number[];
  /** Smallest changes, as indexes into `changes`. */
  readonly toOpen: readonly number[];
  readonly toClose: readonly number[];
}

export interface Table {
  readonly lookup: Lookup;
  /** Index into outcomes for each row; -1 where a row contradicts itself and cannot occur. */
  readonly rows: readonly number[];
  readonly outcomes: readonly Outcome[];
  readonly changes: readonly (readonly Move[])[];
}

export interface Match {
  readonly scheme: string;
  readonly code: string;
  readonly name: string;
  readonly predicate: string;
  readonly confidence: number;
  readonly reason: string;
}

export interface Work {
  readonly id: string;
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  readonly url: string;
  readonly doi: string;
  readonly arxiv: string;
  /** "post", "ours", or the id of a user's edition. */
  readonly named_by: string;
}

export interface Family {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  /** "author", "ours", or the id of a user's edition. */
  readonly name_by: string;
  /** The author's tag *: "yes" or "unknown". */
  readonly external: "yes" | "unknown";
  readonly mechanism: string;
  readonly interplay: string;
  readonly takeaway: string;
  readonly conditions: readonly Condition[];
  readonly amplifiers: readonly Amplifier[];
  /** Factor ids that raise the most severe form and never decide. */
  readonly raised_by: readonly string[];
  readonly tensions: readonly string[];
  readonly works: readonly string[];
  readonly matches: readonly Match[];
  /** "" for ours, which encodes the post; else the id of the user's edition that added or redefined it. */
  readonly by: string;
  readonly table: Table;
  /**
   * One character a cell: "0" closed, "1" possible, "2" certain (and so possible). The cell of Beingness b,
   * Cognition c, Intelligence i (each from 1) stands at ((b - 1) * 7 + (c - 1)) * 8 + (i - 1), in general in the order
   * of the axes with the last one fastest.
   */
  readonly region: string;
  /** The region in words. */
  readonly region_text: string;
}

export interface ProfileEntry {
  /** What is known, accepted evidence worked in. */
  readonly span: Span;
  /** What the profile itself says where that differs: null where only evidence speaks. */
  readonly said?: Span | null;
  readonly evidence: readonly string[];
}

export interface Attached {
  readonly run: string;
  readonly instrument: string;
  readonly facet: string;
  readonly at_least: number;
  readonly sentence: string;
  readonly decision: "accepted" | "declined";
  readonly note_at: string;
  readonly note: string;
}

/** A system. What has no entry is unknown. Accepted evidence is already worked into the entries' spans. */
export interface Profile {
  readonly name: string;
  readonly description: string;
  readonly made_by: string;
  readonly entries: Readonly<Record<string, ProfileEntry>>;
  readonly attached: readonly Attached[];
}

/** A short scene of the tour: one claim of the post. */
export interface Scene {
  readonly id: string;
  readonly title: string;
  /** The claim, in our words. */
  readonly claim: string;
  /** What to look at. */
  readonly look: string;
  /** Ids of the families shown in the space. */
  readonly families: readonly string[];
  /** Names of one or two of the worked examples. */
  readonly systems: readonly string[];
  /** Where the camera stands: degrees around the Beingness axis and above the floor. */
  readonly azimuth: number;
  readonly elevation: number;
}

export interface PageData {
  readonly format: 1;
  readonly version: string;
  readonly edition: {
    readonly id: string;
    readonly title: string;
    readonly digest: string;
    readonly source: { readonly title: string; readonly url: string };
    readonly changes: readonly string[];
  };
  readonly bands: readonly [string, string, string];
  /** Axes, then facets, then factors. */
  readonly variables: readonly Variable[];
  readonly families: readonly Family[];
  readonly works: Readonly<Record<string, Work>>;
  readonly examples: readonly Profile[];
  /** The user's systems, first to be shown; may be empty. */
  readonly systems: readonly Profile[];
  readonly tour: readonly Scene[];
}
