// A case as the server hands it over: index and sealed files, read strictly and believed in nothing. The index says
// where to look; what is true stands in the tagged manifests.
import { fromBase64, type Bytes } from "./bytes.ts";
import { Record, isObject } from "./canonical.ts";
import { COMPARTMENTS, type Compartment } from "./casekey.ts";
import { EnvelopeError, MalformedError } from "./errors.ts";
import { KINDS, type Kind, type Place } from "./header.ts";
import type { RewrapClaim } from "./proofs.ts";

/** One line of the index. */
export interface Entry {
  readonly object: string;
  readonly kind: Kind;
  readonly compartment: Compartment;
  readonly number: number;
  readonly day: string;
}

/** Who re-wrapped a case-key file, as they signed it. */
export interface Rewrap {
  readonly object: string;
  readonly version: number;
  readonly serial: number;
  readonly author: string;
  readonly signature: string;
}

/** What a case is opened from. `fetched` names the compartments whose files were asked for. */
export interface CaseInput {
  readonly reference: string;
  readonly case: string;
  readonly deployment: string;
  readonly urgency: string;
  readonly locale: string;
  readonly index: readonly Entry[];
  readonly rewraps: readonly Rewrap[];
  readonly fetched: readonly Compartment[];
  readonly files: ReadonlyMap<string, Bytes>;
}

const KIND_NAMES = Object.keys(KINDS).filter((name): name is Kind => name in KINDS && name !== "test");

/**
 * Read the server's answers: `answer` is that of `GET /api/cases/{reference}`, `facts` and `identity` those of the two
 * that bring the sealed files, as far as they were asked for.
 */
export function caseInput(answer: unknown, opened: { facts?: unknown; identity?: unknown }): CaseInput {
  try {
    const whole = fields(answer, "answer");
    const row = fields(whole.case, "case");
    const fetched = COMPARTMENTS.filter((compartment) => opened[compartment] !== undefined);
    const record = new Record({
      reference: row.reference ?? null,
      urgency: row.urgency ?? null,
      locale: row.locale ?? null,
      id: whole.id ?? null,
      deployment: whole.deployment ?? null,
      index: whole.index ?? null,
      rewraps: whole.rewraps ?? [],
    });
    const input = {
      reference: record.text("reference", 64),
      case: record.hex("id", 16),
      deployment: record.hex("deployment", 16),
      urgency: record.text("urgency", 64),
      locale: record.text("locale", 64),
      index: objects(record, "index", entryOf),
      rewraps: objects(record, "rewraps", rewrapOf),
      fetched,
      files: new Map(fetched.flatMap((compartment) => filesOf(opened[compartment]))),
    };
    if (new Set(input.index.map((entry) => entry.object)).size !== input.index.length) {
      throw new MalformedError("an object is listed twice");
    }
    return input;
  } catch (error) {
    if (error instanceof MalformedError) throw new EnvelopeError(`the case that the server sent is damaged: ${error.message}`);
    throw error;
  }
}

/** The entries of a kind and compartment, by number. */
export function entriesOf(input: CaseInput, kind: Kind, compartment: Compartment): readonly Entry[] {
  return input.index
    .filter((entry) => entry.kind === kind && entry.compartment === compartment)
    .sort((one, other) => one.number - other.number);
}

/** The place that an entry of the index claims. */
export function placeOf(input: CaseInput, entry: Entry): Place {
  return {
    kind: entry.kind,
    deployment: input.deployment,
    case: input.case,
    object: entry.object,
    seq: entry.number,
  };
}

/** What was signed when this case-key file was re-wrapped, if somebody says so. */
export function claimOf(input: CaseInput, entry: Entry, sha256: string): { claim: RewrapClaim; rewrap: Rewrap } | null {
  const rewrap = input.rewraps.find((each) => each.object === entry.object && each.version === entry.number);
  if (rewrap === undefined) return null;
  const { object, compartment } = entry;
  const claim = { case: input.case, compartment, object, serial: rewrap.serial, sha256, version: rewrap.version };
  return { claim, rewrap };
}

function fields(value: unknown, name: string): { readonly [key: string]: never } {
  if (!isObject(value)) throw new MalformedError(`${name}: an object`);
  return value as { readonly [key: string]: never };
}

/** Like `each` of a record, but what is not known is left aside: answers of the server may grow. */
function objects<Value>(record: Record, name: string, read: (record: Record) => Value): readonly Value[] {
  const values = record.list(name, 16_384);
  return values.map((value) => {
    if (!isObject(value)) throw new MalformedError(`${name}: a list of objects`);
    return read(new Record(value));
  });
}

function entryOf(record: Record): Entry {
  return {
    object: record.hex("object", 16),
    kind: record.oneOf("kind", KIND_NAMES),
    compartment: record.oneOf("compartment", COMPARTMENTS),
    number: record.number("number", 2 ** 32 - 1),
    day: record.text("day", 32),
  };
}

function rewrapOf(record: Record): Rewrap {
  return {
    object: record.hex("object", 16),
    version: record.number("version", 2 ** 32 - 1),
    serial: record.number("serial"),
    author: record.text("author", 64),
    signature: record.text("signature", 8_192),
  };
}

function filesOf(answer: unknown): readonly (readonly [string, Bytes])[] {
  return objects(new Record({ objects: fields(answer, "answer").objects ?? null }), "objects", (record): [string, Bytes] => [
    record.hex("object", 16),
    // What is not base64 is kept as no bytes at all, and so will be named as unreadable.
    fromBase64(record.text("data", 96 * 1_048_576)) ?? new Uint8Array(),
  ]);
}
