// age v1 files with hybrid recipients only, opened strictly: the header is looked at before age-encryption sees it,
// and what that library would let pass is refused here (docs/sealed-format.md section 1). Sealing uses it as it is.
import { Decrypter, Encrypter, type Identity as AgeIdentity, type Stanza } from "age-encryption";
import { base64, own, text, type Bytes } from "./bytes.ts";
import { EnvelopeError, OpeningError } from "./errors.ts";
import { unwrapFileKey } from "./hpke.ts";
import { parseRecipient, type Identity } from "./recipients.ts";
import { ENC_SIZE } from "./xwing.ts";

const VERSION_LINE = "age-encryption.org/v1";
const STANZA = "-> mlkem768x25519 ";
const MAX_RECIPIENTS = 64;
const HEADER_LIMIT = 131_072;
const LINE_LIMIT = 2_048;
const WRAPPED_SIZE = 32;
const LEAST_PAYLOAD = 16 + 16;
const NEW_LINE = 10;

/** The plaintext of an age file, all of it verified; EnvelopeError or OpeningError otherwise. */
export async function openAge(data: Uint8Array, identities: readonly Identity[]): Promise<Bytes> {
  stanzaCount(data);
  const opener = new Decrypter();
  for (const identity of identities) opener.addIdentity(unwrapping(identity));
  try {
    return own(await opener.decrypt(data));
  } catch {
    throw new OpeningError("this could not be opened here");
  }
}

/** An age file of `plaintext` for every recipient. */
export async function sealAge(plaintext: Uint8Array, recipients: readonly string[]): Promise<Bytes> {
  if (recipients.length < 1 || recipients.length > MAX_RECIPIENTS) throw new RangeError("a file has 1 to 64 recipients");
  const sealer = new Encrypter();
  for (const recipient of recipients) {
    parseRecipient(recipient); // the library would take other kinds of keys, and mix them
    sealer.addRecipient(recipient);
  }
  return own(await sealer.encrypt(plaintext));
}

/** How many keys a file was sealed to; EnvelopeError where it is not a file of ours. */
export function stanzaCount(data: Uint8Array): number {
  let { line, after } = lineAt(data, 0);
  if (line !== VERSION_LINE) throw notOurs();
  for (let count = 0; ; count += 1) {
    ({ line, after } = lineAt(data, after));
    if (line.startsWith("--- ")) {
      check64(line.slice(4), 32);
      if (count === 0 || data.length < after + LEAST_PAYLOAD) throw notOurs();
      return count;
    }
    if (!line.startsWith(STANZA) || count === MAX_RECIPIENTS) throw notOurs();
    check64(line.slice(STANZA.length), ENC_SIZE);
    ({ line, after } = lineAt(data, after));
    check64(line, WRAPPED_SIZE);
  }
}

function unwrapping(identity: Identity): AgeIdentity {
  return {
    async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
      for (const stanza of stanzas) {
        const shared = await identity.key.decapsulate(unpadded64(stanza.args[1] ?? ""));
        const fileKey = shared === null ? null : unwrapFileKey(shared, stanza.body);
        if (fileKey !== null) return fileKey;
      }
      return null;
    },
  };
}

function lineAt(data: Uint8Array, start: number): { line: string; after: number } {
  const end = data.subarray(0, Math.min(start + LINE_LIMIT, HEADER_LIMIT)).indexOf(NEW_LINE, start);
  if (end < 0) throw notOurs();
  try {
    return { line: text(data.subarray(start, end)), after: end + 1 };
  } catch {
    throw notOurs();
  }
}

/** Refuse base64 that is not in its one spelling or has another size. */
function check64(written: string, size: number): void {
  const data = unpadded64(written);
  if (data.length !== size || base64(data).replace(/=+$/, "") !== written) throw notOurs();
}

function unpadded64(written: string): Bytes {
  if (/[^A-Za-z0-9+/]/.test(written)) throw notOurs();
  try {
    return Uint8Array.from(atob(written), (letter) => letter.charCodeAt(0));
  } catch {
    throw notOurs();
  }
}

function notOurs(): EnvelopeError {
  return new EnvelopeError("this is not a sealed file of ours");
}
