// What staff write: replies to the person and notes to each other, signed and bound to their place (docs/sealed-format.md
// section 8). Bodies only; sealing and sending them is sending.ts.
import { fromHex, join, type Bytes } from "./bytes.ts";
import { WORDS_LIMIT, decode, encode, type JsonObject } from "./canonical.ts";
import { EnvelopeError, MalformedError } from "./errors.ts";
import { accepts, type Signer } from "./signing.ts";

/** What a reviewer wrote to the person; `fingerprint` are the receipt digits of what they answer. */
export type Reply = {
  readonly author: string;
  readonly day: string;
  readonly words: string;
  readonly fingerprint: string;
  readonly signature: string;
};

/** What staff wrote for staff. */
export type Note = { readonly author: string; readonly day: string; readonly words: string; readonly signature: string };

type Kind = "reply" | "note";

/** The body of a reply or note, signed for one object of one case. */
export async function signedBody(
  kind: Kind,
  fields: { readonly [key: string]: string },
  place: { readonly case: string; readonly object: string },
  signer: Signer,
): Promise<Bytes> {
  return encode({ ...fields, signature: await signer.sign(message(kind, fields, place)) });
}

/** Whether this verifier's key signed it for this object of this case. */
export function signedBy(
  kind: Kind,
  letter: Reply | Note,
  place: { readonly case: string; readonly object: string },
  verifier: string,
): Promise<boolean> {
  const { signature, ...fields } = letter;
  return accepts(verifier, message(kind, fields, place), signature);
}

/** Read the body of a reply. */
export function readReply(body: Uint8Array): Reply {
  return reading("a reply", () => {
    const record = decode(body, 1_048_576);
    const reply = {
      author: record.text("author", 64),
      day: record.text("day"),
      words: record.text("words", WORDS_LIMIT),
      fingerprint: record.text("fingerprint"),
      signature: record.text("signature", 8_192),
    };
    record.close();
    return reply;
  });
}

/** Read the body of a note. */
export function readNote(body: Uint8Array): Note {
  return reading("a note", () => {
    const record = decode(body, 1_048_576);
    const note = {
      author: record.text("author", 64),
      day: record.text("day"),
      words: record.text("words", WORDS_LIMIT),
      signature: record.text("signature", 8_192),
    };
    record.close();
    return note;
  });
}

function reading<Letter>(what: string, read: () => Letter): Letter {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedError) throw new EnvelopeError(`this is not ${what} of ours: ${error.message}`);
    throw error;
  }
}

function message(kind: Kind, fields: JsonObject, place: { readonly case: string; readonly object: string }): Bytes {
  const id = (written: string): Bytes => fromHex(written) ?? new Uint8Array();
  return join(`panoh ${kind} 1\n`, id(place.case), id(place.object), encode(fields));
}
