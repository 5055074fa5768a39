/** What a file's JSON may hold, and the refusal of what it may not. */

export type Json = Readonly<Record<string, unknown>>;

/** Why a file is not taken, in a sentence for its user. */
export class Refusal extends Error {}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown, where: string): string {
  if (typeof value !== "string") throw new Refusal(`"${where}" must be text.`);
  if (/\p{Cs}/u.test(value)) throw new Refusal(`"${where}" has half a character, which no text has.`);
  return value;
}
