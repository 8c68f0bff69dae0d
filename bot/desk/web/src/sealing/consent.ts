// Consent changes: a consent withdrawn or given outside a sending (docs/sealed-format.md section 7). A change without
// the right tag counts for nothing.
import { fromHex, join, type Bytes } from "./bytes.ts";
import { decode } from "./canonical.ts";
import { EnvelopeError, MalformedError } from "./errors.ts";
import { tagged } from "./manifest.ts";

/** A consent withdrawn (`granted` false) or given. */
export type ConsentChange = {
  readonly node: string;
  readonly option: string;
  readonly granted: boolean;
  readonly version: string;
  readonly locale: string;
  readonly day: string;
  readonly question: string;
};

/** Read a body and check its tag, which binds it to its case. */
export function readConsentChange(body: Uint8Array, tagKey: Bytes, caseId: string): ConsentChange {
  let tag: string;
  let change: ConsentChange;
  try {
    const record = decode(body, 16_384);
    tag = record.hex("tag", 32);
    change = {
      node: record.text("node"),
      option: record.text("option"),
      granted: record.flag("granted"),
      version: record.text("version"),
      locale: record.text("locale"),
      day: record.text("day"),
      question: record.text("question", 4_096),
    };
    record.close();
  } catch (error) {
    if (error instanceof MalformedError) throw new EnvelopeError(`this is not a consent change of ours: ${error.message}`);
    throw error;
  }
  if (!tagged(tag, tagKey, join("panoh consent 1\n", fromHex(caseId) ?? new Uint8Array()), change)) {
    throw new EnvelopeError("this consent change is not proven to be from the same person", "unproven");
  }
  return change;
}
