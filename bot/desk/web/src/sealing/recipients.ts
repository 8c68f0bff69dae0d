// Whom to seal to and who can open, as age writes them: age1pq1… and AGE-SECRET-KEY-PQ-1…, strictly. The only kind of
// key here is hybrid; a classical age key is refused, never mixed in.
import { bech32 } from "@scure/base";
import { equal, own, type Bytes } from "./bytes.ts";
import { KeyFileError } from "./errors.ts";
import { SEED_SIZE } from "./suite.ts";
import { PUBLIC_SIZE, privateKey, type PrivateKey } from "./xwing.ts";

const RECIPIENT = "age1pq";
const IDENTITY = "age-secret-key-pq-";
const TEXT_LIMIT = 2_048;

/** A key that opens files. */
export interface Identity {
  readonly recipient: string;
  readonly key: PrivateKey;
}

/** The text of a public key. */
export function recipientText(raw: Uint8Array): string {
  return bech32.encode(RECIPIENT, bech32.toWords(raw), false);
}

/** The bytes of `age1pq1…`; throws KeyFileError where it is not such a key. */
export function parseRecipient(text: string): Bytes {
  const raw = read(RECIPIENT, text);
  if (raw === null || raw.length !== PUBLIC_SIZE) {
    throw new KeyFileError("a public key begins with age1pq1 and has 1,959 letters", "public_key");
  }
  return raw;
}

/** The text of a private key: exists only to be sealed into a case-key file. */
export function identityText(seed: Uint8Array): string {
  return bech32.encode(IDENTITY, bech32.toWords(seed), false).toUpperCase();
}

/** The seed of `AGE-SECRET-KEY-PQ-1…`, which is written in capital letters. */
export function parseIdentity(text: string): Bytes {
  const seed = text === text.toUpperCase() ? read(IDENTITY, text.toLowerCase()) : null;
  if (seed === null || seed.length !== SEED_SIZE) {
    throw new KeyFileError("a private key begins with AGE-SECRET-KEY-PQ-1, in capital letters", "public_key");
  }
  return seed;
}

/** Make the opening half of a seed; in keys of the browser where it has them. */
export async function identityOf(seed: Uint8Array, native = true): Promise<Identity> {
  const key = await privateKey(seed, native);
  return { recipient: recipientText(key.publicRaw), key };
}

/** Whether an identity is the private half of a recipient. */
export function belongs(identity: Identity, recipient: string): boolean {
  return equal(identity.key.publicRaw, parseRecipient(recipient));
}

function read(prefix: string, text: string): Bytes | null {
  if (text.length > TEXT_LIMIT || !text.startsWith(`${prefix}1`)) return null;
  try {
    const decoded = bech32.decode(text as `${string}1${string}`, false);
    const raw = bech32.fromWords(decoded.words);
    // Written again, so that one key has one spelling.
    return decoded.prefix === prefix && bech32.encode(prefix, bech32.toWords(raw), false) === text ? own(raw) : null;
  } catch {
    return null;
  }
}
