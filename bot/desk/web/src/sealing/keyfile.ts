// Key files: a 32-byte seed under a passphrase (docs/sealed-format.md section 12), made, locked and unlocked. The seed
// exists only inside these functions; what they give keeps its halves as keys of the browser where it has them.
import { base64, fromBase64, fromHex, hex, join, random, utf8, type Bytes } from "./bytes.ts";
import { decode, encode, type JsonObject } from "./canonical.ts";
import { COMPARTMENTS, type Compartment } from "./casekey.ts";
import { KeyFileError, MalformedError, OpeningError } from "./errors.ts";
import { cardFingerprint, isName, withoutEnd, writeCard, type Member } from "./keyring.ts";
import { identityOf, type Identity } from "./recipients.ts";
import { signerOf, type Signer } from "./signing.ts";
import { NONCE_SIZE, SEED_SIZE, openBytes, sealBytes, stretch } from "./suite.ts";
import { parseTime, timeText } from "./times.ts";
import { word } from "./wordlists.ts";

const FORMAT = "panoh key 1";
const SALT_SIZE = 16;
const SHORTEST_PASSPHRASE = 12;
const PASSPHRASE_WORDS = 6;
const NOT_OURS = "this is not a key file of ours: it is one line of JSON that begins with {";

/** An unlocked key of a reviewer or of the recovery: for opening and for signing. */
export interface Key {
  readonly role: "reviewer" | "recovery";
  readonly name: string;
  readonly notAfter: Date;
  readonly identity: Identity;
  readonly signer: Signer;
}

/** A fresh key: the file that is kept, the passphrase that is written down, and the key, unlocked. */
export interface NewKey {
  readonly key: Key;
  readonly file: Bytes;
  readonly passphrase: string;
}

/** What a key file says without its passphrase. */
export interface KeyFileHead {
  readonly role: string;
  readonly name: string;
  readonly public: string;
  readonly notAfter: Date;
}

export type Progress = (done: number) => void;

/** Six words of the English list: 66 bits. */
export function newPassphrase(): string {
  const drawn = new DataView(random(2 * PASSPHRASE_WORDS).buffer);
  return Array.from({ length: PASSPHRASE_WORDS }, (_, place) => word("en", drawn.getUint16(2 * place) & 0x7ff)).join(" ");
}

/** Make a reviewer's key and lock it under a new passphrase. Slow, as unlocking is. */
export async function newKey(name: string, notAfter: Date, progress?: Progress): Promise<NewKey> {
  if (!isName(name)) throw new KeyFileError("a name has 1 to 64 letters, digits, spaces, dots and hyphens", "key_name");
  const passphrase = newPassphrase();
  const seed = random(SEED_SIZE);
  try {
    const key = await keyOf("reviewer", name, notAfter, seed);
    return { key, file: await lock(key, seed, passphrase, progress), passphrase };
  } finally {
    seed.fill(0);
  }
}

/** The same key under another passphrase. */
export async function changePassphrase(file: Uint8Array, old: string, chosen: string, progress?: Progress): Promise<Bytes> {
  const { head, seed } = await open(file, old, progress);
  try {
    return await lock(await keyOf(roleOf(head), head.name, head.notAfter, seed), seed, chosen, progress);
  } finally {
    seed.fill(0);
  }
}

/** Open a key file. */
export async function unlock(file: Uint8Array, passphrase: string, progress?: Progress): Promise<Key> {
  const { head, seed } = await open(file, passphrase, progress);
  try {
    const key = await keyOf(roleOf(head), head.name, head.notAfter, seed);
    if (key.identity.recipient !== head.public) {
      throw new KeyFileError("the key file does not hold the key that it names", "key_file_damaged");
    }
    return key;
  } finally {
    seed.fill(0);
  }
}

/** What a key file says about itself; nothing of it is proven before it is unlocked. */
export function readHead(file: Uint8Array): KeyFileHead {
  return parse(file).head;
}

/** The public half of a key, for a keyring. */
export function cardOf(key: Key, compartments: readonly Compartment[] = COMPARTMENTS): { file: Bytes; fingerprint: string } {
  const member: Member = {
    name: key.name,
    role: key.role,
    compartments,
    recipient: key.identity.recipient,
    verifier: key.signer.verifier,
    notAfter: key.notAfter,
  };
  return { file: writeCard(member), fingerprint: cardFingerprint(member) };
}

async function keyOf(role: Key["role"], name: string, notAfter: Date, seed: Uint8Array): Promise<Key> {
  return { role, name, notAfter, identity: await identityOf(seed), signer: await signerOf(seed) };
}

function roleOf(head: KeyFileHead): Key["role"] {
  if (head.role === "reviewer" || head.role === "recovery") return head.role;
  throw new KeyFileError("the root's key signs and opens nothing: use a reviewer's or the recovery key", "key_file_of_root");
}

async function lock(key: Key, seed: Bytes, passphrase: string, progress?: Progress): Promise<Bytes> {
  if (Array.from(passphrase).length < SHORTEST_PASSPHRASE) {
    throw new KeyFileError(`a passphrase has at least ${SHORTEST_PASSPHRASE} letters; six words are good`, "passphrase_short");
  }
  const salt = random(SALT_SIZE);
  const nonce = random(NONCE_SIZE);
  const fields: JsonObject = {
    format: FORMAT,
    role: key.role,
    name: key.name,
    public: key.identity.recipient,
    not_after: timeText(key.notAfter),
    salt: hex(salt),
  };
  const box = join(nonce, sealBytes(await wrappingKey(passphrase, salt, progress), nonce, seed, bound(fields)));
  return join(encode({ ...fields, box: base64(box) }), "\n");
}

async function open(file: Uint8Array, passphrase: string, progress?: Progress): Promise<{ head: KeyFileHead; seed: Bytes }> {
  const { head, fields, salt, box } = parse(file);
  roleOf(head);
  const key = await wrappingKey(passphrase, salt, progress);
  try {
    const seed = openBytes(key, box.subarray(0, NONCE_SIZE), box.subarray(NONCE_SIZE), bound(fields));
    if (seed.length !== SEED_SIZE) throw new OpeningError("another size");
    return { head, seed };
  } catch (error) {
    if (!(error instanceof OpeningError)) throw error;
    throw new KeyFileError("the key file does not open: check the passphrase, or fetch the file again", "key_file_locked");
  }
}

function parse(file: Uint8Array): { head: KeyFileHead; fields: JsonObject; salt: Bytes; box: Bytes } {
  try {
    const record = decode(withoutEnd(file), 16_384);
    const fields = {
      format: record.oneOf("format", [FORMAT]),
      role: record.oneOf("role", ["root", "reviewer", "recovery"]),
      name: record.text("name", 64),
      public: record.text("public", 2_048),
      not_after: record.text("not_after"),
      salt: record.hex("salt", SALT_SIZE),
    };
    const box = fromBase64(record.text("box"));
    record.close();
    if (box === null || box.length < NONCE_SIZE) throw new MalformedError("box: base64");
    const head = { role: fields.role, name: fields.name, public: fields.public, notAfter: parseTime(fields.not_after) };
    return { head, fields, salt: fromHex(fields.salt) ?? new Uint8Array(), box };
  } catch (error) {
    if (error instanceof MalformedError) throw new KeyFileError(NOT_OURS, "key_file");
    throw error;
  }
}

function wrappingKey(passphrase: string, salt: Bytes, progress?: Progress): Promise<Bytes> {
  return stretch(utf8(passphrase.normalize("NFC")), salt, progress);
}

function bound(fields: JsonObject): Bytes {
  return join(`${FORMAT}\n`, encode(fields));
}
