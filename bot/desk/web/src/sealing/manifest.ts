// Manifests: what a case consists of now, chained and tagged (docs/sealed-format.md section 6). One without the right
// tag counts for nothing. Reads only: manifests are made where the person writes.
import { equal, fromHex, join, type Bytes } from "./bytes.ts";
import { decode, encode, type Json, type JsonObject, type Record } from "./canonical.ts";
import { COMPARTMENTS, type Compartment } from "./casekey.ts";
import { EnvelopeError, MalformedError } from "./errors.ts";
import { mac } from "./suite.ts";

const QUESTION_LIMIT = 4_096;

/** An option that was chosen, with its label as it was shown. */
export type Pick = { readonly option: string; readonly label: string };

/** The options chosen at one question. */
export type Choice = {
  readonly node: string;
  readonly kind: string;
  readonly question: string;
  readonly locale: string;
  readonly day: string;
  readonly picks: readonly Pick[];
};

/** The answer to one consent question. */
export type Consent = {
  readonly node: string;
  readonly option: string;
  readonly label: string;
  readonly question: string;
  readonly version: string;
  readonly locale: string;
  readonly day: string;
};

/** An answer file that counts, and the SHA-256 of its sealed bytes. */
export type Listed = { readonly object: string; readonly sha256: string; readonly node: string; readonly part: number };

/** Where replies go. */
export type MailboxKey = { readonly id: string; readonly recipient: string };

/** What one compartment of a case consists of at one sending; ids and hashes in hex. */
export type Manifest = {
  readonly reference: string;
  readonly deployment: string;
  readonly case: string;
  readonly compartment: Compartment;
  readonly number: number;
  readonly previous: string;
  readonly companion: string | null;
  readonly day: string;
  readonly ending: string;
  readonly conversation: string;
  readonly version: string;
  readonly digest: string;
  readonly locale: string;
  readonly urgency: string;
  readonly reasons: readonly string[];
  readonly flags: readonly string[];
  readonly unfinished: readonly string[];
  readonly recipients: number;
  readonly mailbox: MailboxKey | null;
  readonly ping: string | null;
  readonly nodes: readonly string[];
  readonly choices: readonly Choice[];
  readonly consents: readonly Consent[];
  readonly objects: readonly Listed[];
};

/** Read a body and check its tag. */
export function readManifest(body: Uint8Array, tagKey: Bytes): Manifest {
  let tag: string;
  let manifest: Manifest;
  try {
    const record = decode(body, 4 * 1_048_576);
    tag = record.hex("tag", 32);
    manifest = manifestOf(record);
    record.close();
  } catch (error) {
    if (error instanceof MalformedError) throw new EnvelopeError(`this is not a manifest of ours: ${error.message}`);
    throw error;
  }
  if (!tagged(tag, tagKey, "panoh manifest 1\n", manifest)) {
    throw new EnvelopeError("this manifest is not proven to be from the same person", "unproven");
  }
  return manifest;
}

/** Whether a tag is that of `fields` under a label. */
export function tagged(tag: string, tagKey: Bytes, label: string | Bytes, fields: JsonObject): boolean {
  return equal(fromHex(tag) ?? new Uint8Array(), mac(tagKey, join(label, encode(fields))));
}

function manifestOf(record: Record): Manifest {
  const manifest = {
    reference: record.text("reference"),
    deployment: record.hex("deployment", 16),
    case: record.hex("case", 16),
    compartment: record.oneOf("compartment", COMPARTMENTS),
    number: record.number("number"),
    previous: record.hex("previous", 32),
    companion: record.optionalHex("companion", 32),
    day: record.text("day"),
    ending: record.oneOf("ending", ["person", "silence", "leave"]),
    conversation: record.text("conversation"),
    version: record.text("version"),
    digest: record.text("digest"),
    locale: record.text("locale"),
    urgency: record.text("urgency"),
    reasons: record.texts("reasons"),
    flags: record.texts("flags"),
    unfinished: record.texts("unfinished"),
    recipients: record.number("recipients"),
    mailbox: record.optional("mailbox", (each) => ({ id: each.hex("id", 16), recipient: each.text("recipient", 2_048) })),
    ping: record.optionalHex("ping", 36),
    nodes: record.texts("nodes", 1_024),
    choices: record.each("choices", choiceOf),
    consents: record.each("consents", consentOf),
    objects: record.each("objects", listedOf),
  } satisfies { [key: string]: Json };
  return manifest;
}

function choiceOf(record: Record): Choice {
  return {
    node: record.text("node"),
    kind: record.text("kind"),
    question: record.text("question", QUESTION_LIMIT),
    locale: record.text("locale"),
    day: record.text("day"),
    picks: record.each("picks", (pick) => ({ option: pick.text("option"), label: pick.text("label") })),
  };
}

function consentOf(record: Record): Consent {
  return {
    node: record.text("node"),
    option: record.text("option"),
    label: record.text("label"),
    question: record.text("question", QUESTION_LIMIT),
    version: record.text("version"),
    locale: record.text("locale"),
    day: record.text("day"),
  };
}

function listedOf(record: Record): Listed {
  return {
    object: record.hex("object", 16),
    sha256: record.hex("sha256", 32),
    node: record.text("node"),
    part: record.number("part"),
  };
}
