// What a case-key file says once opened (docs/sealed-format.md section 4). The seed becomes an opening key at once and is
// not kept: whoever re-wraps opens the file again.
import { fromHex, text as fromUtf8, utf8, type Bytes } from "./bytes.ts";
import { EnvelopeError, SealingError } from "./errors.ts";
import { identityOf, parseIdentity, type Identity } from "./recipients.ts";

export const COMPARTMENTS = ["facts", "identity"] as const;
export type Compartment = (typeof COMPARTMENTS)[number];

/** An opened case-key file. */
export interface CaseKey {
  readonly deployment: string;
  readonly case: string;
  readonly compartment: Compartment;
  readonly recipients: number;
  readonly tagKey: Bytes;
  readonly identity: Identity;
}

const LINES =
  /^# panoh case key 1\n# deployment: ([0-9a-f]{32})\n# case: ([0-9a-f]{32})\n# compartment: (facts|identity)\n# recipients: (0|[1-9]\d{0,8})\n# tag-key: ((?:[0-9a-f]{2})*)\n(AGE-SECRET-KEY-PQ-1[0-9A-Z]+)\n$/;

/** Read the body; EnvelopeError where it is not the text that is written here. */
export async function readCaseKey(body: Uint8Array): Promise<CaseKey> {
  try {
    const [, deployment = "", place = "", compartment = "", recipients = "", tagKey = "", identity = ""] =
      LINES.exec(fromUtf8(body)) ?? [];
    const seed = parseIdentity(identity);
    const opening = await identityOf(seed);
    seed.fill(0);
    return {
      deployment,
      case: place,
      compartment: compartment === "facts" ? "facts" : "identity",
      recipients: Number(recipients),
      tagKey: fromHex(tagKey) ?? new Uint8Array(),
      identity: opening,
    };
  } catch (error) {
    if (error instanceof SealingError || error instanceof TypeError) throw new EnvelopeError("this is not a case key of ours");
    throw error;
  }
}

/** The same body for another number of recipients. */
export function forRecipients(body: Uint8Array, recipients: number): Bytes {
  return utf8(fromUtf8(body).replace(/^# recipients: \d+$/m, `# recipients: ${recipients}`));
}

/** The text of a case-key file. */
export function caseKeyText(
  deployment: string,
  place: string,
  compartment: string,
  recipients: number,
  tagKey: string,
  identity: string,
): Bytes {
  return utf8(
    `# panoh case key 1\n# deployment: ${deployment}\n# case: ${place}\n# compartment: ${compartment}\n` +
      `# recipients: ${recipients}\n# tag-key: ${tagKey}\n${identity}\n`,
  );
}
