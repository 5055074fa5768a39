/** A profile's file on its way in: everything in it is checked. Mirrors risk/profile_file.py. */

import { readAttached, workedIn } from "./attached";
import { settle } from "./bounds";
import { checkKeys, isObject, type Json, lineOf, listOf, parse, Refusal, textOf } from "./json";
import { suggestion } from "./nearest";
import { bandSpan, fits, whole } from "./spans";
import type { PageData, Profile, ProfileEntry, Span, Variable } from "./types";
import { why } from "./view";

/** Larger files are not read at all. */
export const LARGEST = 1024 * 1024;

/** The tables of a profile's file, and what kind of property stands in each. */
export const TABLES = { axes: "axis", facets: "facet", outside: "factor" } as const;

/** How a profile that began as one of our examples says so; what follows is the example's name. */
export const FROM_EXAMPLE = "from our example ";

const TEXTS = ["edition", "edition_digest", "from_example"]; // told, and deciding nothing
const KEYS = ["format", "name", "description", "evidence", ...TEXTS, ...Object.keys(TABLES)];

/** Read a profile from the text of a file; what is wrong with it is thrown as a `Refusal`. */
export function readProfile(text: string, data: PageData): Profile {
  const outer = parse(text);
  checkFormat(outer["format"]);
  const file = profileIn(outer);
  checkFormat(file["format"]);
  checkKeys(file, KEYS, "It");
  const { name, description = "", evidence = [] } = file;
  const attached = readAttached(evidence, data);
  const said = Object.entries(TABLES).flatMap(([table, kind]) => readTable(file[table], table, kind, data));
  const entries = workedIn(Object.fromEntries(said), attached, data);
  checkBounds(entries, data);
  for (const key of TEXTS) if (file[key] !== undefined) textOf(file[key], key);
  return {
    name: lineOf(name, "name"),
    description: textOf(description, "description"),
    made_by: file["from_example"] ? `${FROM_EXAMPLE}${String(file["from_example"])}` : "",
    entries,
    attached,
  };
}

function checkBounds(entries: Readonly<Record<string, ProfileEntry>>, data: PageData): void {
  const spans = Object.fromEntries(Object.entries(entries).map(([id, { span }]) => [id, span]));
  const [first] = settle(data.variables, spans).contradictions;
  if (first) throw new Refusal(`It contradicts itself. ${why(first, spans, data.bands)}`);
}

/** The profile in a file: the file itself or, in what `polariscope risk export` writes, a part of it. */
function profileIn(file: Json): Json {
  const inner = file["profile"];
  if (inner === undefined) return file;
  if (isObject(inner)) return inner;
  throw new Refusal('Its "profile" is none.');
}

function checkFormat(format: unknown): void {
  if (typeof format === "number" && format > 1)
    throw new Refusal("It is of a newer format than this page reads. Use a newer Polariscope.");
  if (format !== 1) throw new Refusal('It has no "format": 1, so it is no profile.');
}

function readTable(value: unknown = {}, table: string, kind: string, data: PageData): [string, ProfileEntry][] {
  if (!isObject(value)) throw new Refusal(`"${table}" must hold names and levels.`);
  const variables = data.variables.filter((each) => each.kind === kind);
  return Object.entries(value).map(([id, said]) => {
    const variable = variables.find((each) => each.id === id);
    if (variable) return [id, readEntry(said, variable, data.bands)];
    const near = suggestion(
      id,
      variables.map((each) => each.id),
    );
    throw new Refusal(`"${table}" has no "${id}" in this edition.${near}`);
  });
}

function readEntry(said: unknown, variable: Variable, bands: readonly string[]): ProfileEntry {
  if (!isObject(said)) return { span: readSpan(said, variable, bands), evidence: [] };
  checkKeys(said, ["is", "evidence"], `"${variable.id}"`);
  const { evidence: grounds = [] } = said;
  const where = `evidence of ${variable.id}`;
  const evidence = listOf(grounds, where).map((each) => textOf(each, where));
  return { span: readSpan(said["is"], variable, bands), evidence };
}

function readSpan(said: unknown, variable: Variable, bands: readonly string[]): Span {
  if (said === "unknown") return whole(variable);
  const parts = Array.isArray(said) && variable.kind !== "factor" ? said : [said, said];
  const ends = parts.map((part) => readLevel(part, variable, bands));
  const span = [ends[0]?.[0] ?? 0, ends[1]?.[1] ?? 0];
  if (parts.length === 2 && fits(variable, span)) return span;
  throw new Refusal(`"${variable.id}" is ${String(JSON.stringify(said)).slice(0, 80)}; ${allowed(variable, bands)}`);
}

/** The levels that are meant; level 0, which no property has, where none are. */
function readLevel(said: unknown, variable: Variable, bands: readonly string[]): Span {
  const level = (number: number): Span => [number, number];
  if (variable.kind === "factor")
    return level(said === true || said === "yes" ? 2 : said === false || said === "no" ? 1 : 0);
  const band = typeof said === "string" ? bands.indexOf(said) + 1 : 0;
  if (band > 0) return bandSpan(variable, band);
  if (variable.kind !== "axis") return level(0);
  return level(said === "top" ? variable.labels.length : typeof said === "number" ? said : 0);
}

function allowed(variable: Variable, bands: readonly string[]): string {
  if (variable.kind === "factor") return 'it must be "yes", "no" or "unknown".';
  const named = bands.map((band) => `"${band}"`).join(", ");
  const levels = variable.kind === "axis" ? `, "top", a level from 1 to ${variable.labels.length}` : "";
  return `it must be ${named}${levels}, a pair of those from low to high, or "unknown".`;
}
