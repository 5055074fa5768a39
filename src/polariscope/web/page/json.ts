/** What a file's JSON may hold, and the refusal of what it may not. Mirrors risk/toml_file.py and risk/schema.py. */

import { suggestion } from "./nearest";

export type Json = Readonly<Record<string, unknown>>;

/** Why a file is not taken, in a sentence for its user. */
export class Refusal extends Error {}

/** In characters: of a name, and of any other text. */
export const LONGEST_LINE = 200;
const LONGEST_TEXT = 8000;
/** In entries. */
const LONGEST_LIST = 1000;

const EXPORT = "polariscope risk export FILE --format json --out profile.json";

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a file's bytes; a byte order mark is no part of it. */
export function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("It is not UTF-8 text.");
  }
}

/** The object in a file's text, of which every key stands once and every number is whole, written as such. */
export function parse(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(`It is not JSON. A profile in TOML is turned into JSON by: ${EXPORT}`);
  }
  if (!isObject(value)) throw new Refusal("It is JSON, but no profile.");
  checkTokens(text);
  return value;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/** What `JSON.parse` does not tell: it keeps the last of two equal keys, and reads 4.0 as 4. */
function checkTokens(text: string): void {
  const keys: (Set<string> | null)[] = [];
  let before = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") keys.push(token === "{" ? new Set() : null);
    else if (token === "}" || token === "]") keys.pop();
    else if (/^-?\d.*[.eE]/.test(token))
      throw new Refusal(`It has the number ${token.slice(0, 40)}; a level is a whole number, written without a point.`);
    else if (token.startsWith('"') && (before === "{" || before === ",")) checkKey(token, keys.at(-1));
    before = token;
  }
}

function checkKey(token: string, seen: Set<string> | null | undefined): void {
  if (!seen) return;
  const key = JSON.parse(token) as string;
  if (seen.has(key)) throw new Refusal(`It has the key "${key.slice(0, 80)}" twice in one table; remove one of the two.`);
  seen.add(key);
}

/** Refuse a key that none of the known ones is. */
export function checkKeys(table: Json, keys: readonly string[], what: string): void {
  const strange = Object.keys(table).find((key) => !keys.includes(key));
  if (strange !== undefined) throw new Refusal(`${what} has an unknown key "${strange}".${suggestion(strange, keys)}`);
}

export function textOf(value: unknown, where: string, longest = LONGEST_TEXT): string {
  if (typeof value !== "string") throw new Refusal(`"${where}" must be text.`);
  if (/\p{Cs}/u.test(value)) throw new Refusal(`"${where}" has half a character, which no text has.`);
  if ([...value].length > longest) throw new Refusal(`"${where}" has at most ${longest} characters.`);
  return value;
}

/** A text of one to 200 characters, such as a name. */
export function lineOf(value: unknown, where: string): string {
  const line = textOf(value, where, LONGEST_LINE);
  if (line === "") throw new Refusal(`"${where}" must not be empty.`);
  return line;
}

export function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Refusal(`"${where}" must be a list.`);
  if (value.length > LONGEST_LIST) throw new Refusal(`"${where}" has at most ${LONGEST_LIST} entries.`);
  return value;
}
