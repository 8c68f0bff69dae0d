// Canonical JSON, written and read strictly (docs/sealed-format.md section 3): sorted keys, no spaces, whole numbers.
// What else arrives is refused with MalformedError, which names a field and never its content.
import { byCodePoint, equal, fromHex, hex, text, utf8, type Bytes } from "./bytes.ts";
import { MalformedError } from "./errors.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Letters of the longest text field. */
export const WORDS_LIMIT = 524_288;

const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The one spelling of a value; a lone surrogate becomes U+FFFD. */
export function encode(value: JsonObject): Bytes {
  return utf8(spell(value));
}

function spell(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value.replace(LONE, "\uFFFD"));
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new MalformedError("a number is not whole");
    return String(value);
  }
  if (isList(value)) return `[${value.map(spell).join(",")}]`;
  const keys = Object.keys(value).sort(byCodePoint);
  return `{${keys.map((key) => `${spell(key)}:${spell(value[key] ?? null)}`).join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Read an object of at most `limit` bytes that is spelled canonically. */
export function decode(data: Uint8Array, limit: number): Record {
  if (data.length > limit) throw new MalformedError(`longer than ${limit} bytes`);
  let value: Json;
  let again: Bytes;
  try {
    value = JSON.parse(text(data)) as Json;
    again = isObject(value) ? encode(value) : new Uint8Array();
  } catch (error) {
    if (error instanceof MalformedError) throw error;
    throw new MalformedError("not JSON");
  }
  if (!isObject(value)) throw new MalformedError("not an object");
  // A repeated key, a number with a point and every other spelling differ from what is written here.
  if (!equal(again, data)) throw new MalformedError("not in canonical form");
  return new Record(value);
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object being read: each field is asked for once, with its type and limit; `close` refuses what is left. */
export class Record {
  readonly #fields: Map<string, Json>;

  constructor(fields: JsonObject) {
    this.#fields = new Map(Object.entries(fields));
  }

  /** A string of at most `limit` letters. */
  text(name: string, limit = 256): string {
    const value = this.#take(name);
    if (typeof value !== "string" || longer(value, limit)) throw new MalformedError(`${name}: a text of at most ${limit} letters`);
    return value;
  }

  /** One of a few strings. */
  oneOf<Name extends string>(name: string, among: readonly Name[]): Name {
    const value = this.text(name);
    const found = among.find((each) => each === value);
    if (found === undefined) throw new MalformedError(`${name}: one of ${among.join(", ")}`);
    return found;
  }

  /** A whole number from 0. */
  number(name: string, highest: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#take(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > highest) {
      throw new MalformedError(`${name}: a whole number from 0 to ${highest}`);
    }
    return value;
  }

  /** True or false. */
  flag(name: string): boolean {
    const value = this.#take(name);
    if (typeof value !== "boolean") throw new MalformedError(`${name}: true or false`);
    return value;
  }

  /** `size` bytes in lower-case hex, as text. */
  hex(name: string, size: number): string {
    const value = this.#take(name);
    const data = typeof value === "string" ? fromHex(value) : null;
    if (data === null || data.length !== size) throw new MalformedError(`${name}: ${2 * size} lower-case hex letters`);
    return hex(data);
  }

  /** The same, or null. */
  optionalHex(name: string, size: number): string | null {
    return this.#isNull(name) ? null : this.hex(name, size);
  }

  /** A list of at most `most` strings. */
  texts(name: string, most = 256, limit = 256): readonly string[] {
    const values = this.#take(name);
    if (!isListOf(values, most, (value): value is string => typeof value === "string" && !longer(value, limit))) {
      throw new MalformedError(`${name}: a list of at most ${most} texts`);
    }
    return values;
  }

  /** A list of at most `most` values that nobody has looked at yet. */
  list(name: string, most: number): readonly Json[] {
    const values = this.#take(name);
    if (!isList(values) || values.length > most) throw new MalformedError(`${name}: a list of at most ${most}`);
    return values;
  }

  /** A list of at most `most` objects, each read by `read` and closed. */
  each<Value>(name: string, read: (record: Record) => Value, most = 1_024): readonly Value[] {
    const values = this.#take(name);
    if (!isListOf(values, most, isObject)) throw new MalformedError(`${name}: a list of at most ${most} objects`);
    return values.map((value) => whole(value, read));
  }

  /** One object, read by `read` and closed. */
  inner<Value>(name: string, read: (record: Record) => Value): Value {
    const value = this.#take(name);
    if (!isObject(value)) throw new MalformedError(`${name}: an object`);
    return whole(value, read);
  }

  /** One object or null. */
  optional<Value>(name: string, read: (record: Record) => Value): Value | null {
    return this.#isNull(name) ? null : this.inner(name, read);
  }

  /** Refuse what was not asked for. */
  close(): void {
    if (this.#fields.size > 0) throw new MalformedError("an unknown field");
  }

  #isNull(name: string): boolean {
    return this.#fields.get(name) === null && this.#fields.delete(name);
  }

  #take(name: string): Json {
    const value = this.#fields.get(name);
    if (value === undefined) throw new MalformedError(`${name} is missing`);
    this.#fields.delete(name);
    return value;
  }
}

function isListOf<Value extends Json>(
  values: Json,
  most: number,
  is: (value: Json) => value is Value,
): values is readonly Value[] {
  return isList(values) && values.length <= most && values.every(is);
}

/** Whether a text has more letters than `limit`; letters are code points, as in Python. */
function longer(value: string, limit: number): boolean {
  return value.length > limit && Array.from(value).length > limit;
}

function whole<Value>(value: JsonObject, read: (record: Record) => Value): Value {
  const record = new Record(value);
  const result = read(record);
  record.close();
  return result;
}
