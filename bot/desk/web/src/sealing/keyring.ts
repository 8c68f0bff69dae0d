// The signed list of staff keys: read strictly, checked against the pinned root, asked for recipients
// (docs/sealed-format.md section 10). Nothing of a keyring is used before its signature holds.
import { byCodePoint, hex, join, type Bytes } from "./bytes.ts";
import { decode, encode, type JsonObject, type Record } from "./canonical.ts";
import { COMPARTMENTS, type Compartment } from "./casekey.ts";
import { KeyFileError, KeyringError, MalformedError } from "./errors.ts";
import { parseRecipient } from "./recipients.ts";
import { accepts, parseVerifier, verifierFingerprint } from "./signing.ts";
import { sha256 } from "./suite.ts";
import { parseTime, timeText } from "./times.ts";

const DAY = 86_400_000;
const LONGEST = 366 * DAY;
const GRACE = 14 * DAY;
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}_ .-]{0,62}[\p{L}\p{N}_.])?$/u;

export type Standing = "early" | "valid" | "grace" | "expired";

/** A staff key: whose, for which compartments, until when. `recipient` and `verifier` are their texts. */
export interface Member {
  readonly name: string;
  readonly role: "reviewer" | "recovery";
  readonly compartments: readonly Compartment[];
  readonly recipient: string;
  readonly verifier: string;
  readonly notAfter: Date;
}

/** Whom things are sealed to. */
export interface Keyring {
  readonly serial: number;
  readonly deployment: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly members: readonly Member[];
}

/** Whether somebody may be called this. */
export function isName(name: string): boolean {
  return NAME.test(name);
}

/** The keys of a compartment, in the order of names. */
export function recipientsOf(keyring: Keyring, compartment: Compartment): readonly string[] {
  return keyring.members.filter((member) => member.compartments.includes(compartment)).map((member) => member.recipient);
}

/** The member of this name whose key signed the message, or null. */
export async function signerNamed(
  keyring: Keyring,
  name: string,
  message: Uint8Array,
  signature: string,
): Promise<Member | null> {
  const member = keyring.members.find((each) => each.name === name);
  return member !== undefined && (await accepts(member.verifier, message, signature)) ? member : null;
}

/** Where a moment lies in a keyring's validity. */
export function standing(keyring: Keyring, now: Date): Standing {
  if (now < keyring.notBefore) return "early";
  if (now <= keyring.notAfter) return "valid";
  return now.getTime() <= keyring.notAfter.getTime() + GRACE ? "grace" : "expired";
}

/**
 * Read a keyring file and decide whether it may be used now. `rootFingerprint` is the pinned one; `lowestSerial` the
 * highest that was used before.
 */
export async function readKeyring(file: Uint8Array, rootFingerprint: string, now: Date, lowestSerial = 0): Promise<Keyring> {
  const keyring = await readUnlimited(file, rootFingerprint);
  const stands = standing(keyring, now);
  if (stands === "early") {
    throw new KeyringError(`the keyring is not valid before ${timeText(keyring.notBefore)}: check the clock`, "keyring_early", { day: timeText(keyring.notBefore) });
  }
  if (stands === "expired") {
    throw new KeyringError(`the keyring expired on ${timeText(keyring.notAfter)}: have a new one signed`, "keyring_expired", { day: timeText(keyring.notAfter) });
  }
  if (keyring.serial < lowestSerial) {
    throw new KeyringError(`the keyring has serial ${keyring.serial}, but ${lowestSerial} was used before it`, "keyring_older", {
      serial: keyring.serial,
      used: lowestSerial,
    });
  }
  return keyring;
}

/** Read a keyring file whatever the time. */
export async function readUnlimited(file: Uint8Array, rootFingerprint: string): Promise<Keyring> {
  let root: string;
  let signature: string;
  let keyring: Keyring;
  try {
    const record = decode(withoutEnd(file), 1_048_576);
    root = record.text("root", 4_096);
    parseVerifier(root);
    signature = record.text("signature", 8_192);
    keyring = record.inner("keyring", keyringOf);
    record.close();
  } catch (error) {
    if (error instanceof MalformedError || error instanceof KeyFileError) {
      throw new KeyringError(`this is not a keyring of ours: ${error.message}`, "keyring");
    }
    throw error;
  }
  if (verifierFingerprint(root) !== rootFingerprint.trim().toLowerCase()) {
    throw new KeyringError("the keyring is signed by another root than the pinned one", "keyring_other_root");
  }
  if (!(await accepts(root, join("panoh keyring 1\n", encode(keyringFields(keyring))), signature))) {
    throw new KeyringError("the keyring's signature does not hold: fetch it again", "keyring_signature");
  }
  check(keyring);
  return keyring;
}

/** The file without the one LF at its end. */
export function withoutEnd(file: Uint8Array): Uint8Array {
  return file.at(-1) === 10 ? file.subarray(0, -1) : file;
}

/** A member as JSON values. */
export function memberFields(member: Member): JsonObject {
  return {
    name: member.name,
    role: member.role,
    compartments: member.compartments,
    recipient: member.recipient,
    verifier: member.verifier,
    not_after: timeText(member.notAfter),
  };
}

/** 64 hex letters that stand for the whole card: what is compared by voice before it is signed. */
export function cardFingerprint(member: Member): string {
  return hex(sha256(join("panoh card 1\n", encode(memberFields(member)))));
}

/** The card file: the public half of a key, as it travels to the holder of the root (section 12). */
export function writeCard(member: Member): Bytes {
  return join(encode({ format: "panoh card 1", ...memberFields(member) }), "\n");
}

/** Read a card; says nothing about whether its key has run out. */
export function readCard(file: Uint8Array): Member {
  try {
    const record = decode(withoutEnd(file), 16_384);
    record.oneOf("format", ["panoh card 1"]);
    const member = memberOf(record);
    record.close();
    return member;
  } catch (error) {
    if (error instanceof MalformedError) throw new KeyFileError(`this is not a card of ours: ${error.message}`, "card");
    throw error;
  }
}

function memberOf(record: Record): Member {
  const member = {
    name: record.text("name", 64),
    role: record.oneOf("role", ["reviewer", "recovery"]),
    compartments: compartmentsOf(record.texts("compartments", COMPARTMENTS.length)),
    recipient: record.text("recipient", 2_048),
    verifier: record.text("verifier", 4_096),
    notAfter: parseTime(record.text("not_after")),
  };
  parseRecipient(member.recipient);
  parseVerifier(member.verifier);
  return member;
}

function compartmentsOf(names: readonly string[]): readonly Compartment[] {
  const known = COMPARTMENTS.filter((compartment) => names.includes(compartment));
  if (known.length === 0 || known.join() !== names.join()) {
    throw new MalformedError("compartments: facts, identity or both, in this order");
  }
  return known;
}

function keyringOf(record: Record): Keyring {
  if (record.number("format") !== 1) throw new MalformedError("format: 1");
  return {
    serial: record.number("serial"),
    deployment: record.hex("deployment", 16),
    notBefore: parseTime(record.text("not_before")),
    notAfter: parseTime(record.text("not_after")),
    members: record.each("members", memberOf, 64),
  };
}

function keyringFields(keyring: Keyring): JsonObject {
  return {
    format: 1,
    serial: keyring.serial,
    deployment: keyring.deployment,
    not_before: timeText(keyring.notBefore),
    not_after: timeText(keyring.notAfter),
    members: keyring.members.map(memberFields),
  };
}

/** Refuse a keyring that must not be used, although it is signed. */
function check(keyring: Keyring): void {
  const { members } = keyring;
  const names = members.map((member) => member.name);
  const ordered = [...new Set(names)].sort(byCodePoint);
  if (names.length !== ordered.length || names.some((name, place) => name !== ordered[place] || !isName(name))) {
    throw new KeyringError("names in a keyring are different from each other and of letters, digits, spaces, . and -", "keyring_rules");
  }
  const life = keyring.notAfter.getTime() - keyring.notBefore.getTime();
  if (life <= 0 || life > LONGEST) throw new KeyringError("a keyring is valid for at most 366 days", "keyring_rules");
  if (members.some((member) => member.notAfter < keyring.notAfter)) {
    throw new KeyringError("a keyring never outlives a key in it: renew the key or shorten the keyring", "keyring_rules");
  }
  if (new Set(members.map((member) => member.recipient)).size !== members.length) {
    throw new KeyringError("two members have the same key", "keyring_rules");
  }
  for (const compartment of COMPARTMENTS) {
    if (!members.some((member) => member.role === "reviewer" && member.compartments.includes(compartment))) {
      throw new KeyringError(`nobody could read the compartment ${compartment}: add a reviewer`, "keyring_rules");
    }
  }
  if (!members.some((member) => member.role === "recovery" && member.compartments.length === COMPARTMENTS.length)) {
    throw new KeyringError("a recovery key for both compartments is required: panoh keys new --recovery", "keyring_rules");
  }
}
