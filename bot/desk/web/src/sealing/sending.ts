// What a reader of a case seals: notes, replies, re-wrapped case-key files. Each gets a random name, is bound to its case
// and signed by the author. Nothing is sent from here.
import { base64, hex, random } from "./bytes.ts";
import { placeOf, type CaseInput } from "./caseinput.ts";
import { forRecipients, type Compartment } from "./casekey.ts";
import type { Chain, OpenedKey } from "./chain.ts";
import { openSealed, seal } from "./envelope.ts";
import { KeyringError } from "./errors.ts";
import { recipientsOf, type Keyring } from "./keyring.ts";
import type { Key } from "./keyfile.ts";
import { signedBody } from "./letters.ts";
import type { MailboxKey } from "./manifest.ts";
import { rewrapMessage } from "./proofs.ts";
import { receipt } from "./receipt.ts";
import { sha256 } from "./suite.ts";

type Where = Pick<CaseInput, "case" | "deployment">;

/** A note as the server takes it (`data` in base64). */
export interface SealedNote {
  readonly object: string;
  readonly data: string;
}

/** A reply as the server takes it: `data` for the mailbox, `copy` for the case. */
export interface SealedReply extends SealedNote {
  readonly mailbox: string;
  readonly copy: string;
}

/** A re-wrapped case-key file as the server takes it. */
export interface SealedRewrap extends SealedNote {
  readonly compartment: Compartment;
  readonly version: number;
  readonly serial: number;
  readonly signature: string;
}

/** Seal a note for whoever reads the facts of this case. `day` is today. */
export async function sealNote(where: Where, facts: Chain, author: Key, words: string, day: string): Promise<SealedNote> {
  const place = { kind: "note", deployment: where.deployment, case: where.case, object: hex(random(16)) } as const;
  const body = await signedBody("note", { author: author.name, day, words: wellFormed(words) }, place, author.signer);
  return { object: place.object, data: base64(await seal(place, body, [facts.key.identity.recipient])) };
}

/** Seal a reply to the person's mailbox, and a copy for the case; it begins with the receipt of what it answers. */
export async function sealReply(
  where: Where,
  facts: Chain,
  mailbox: MailboxKey,
  author: Key,
  words: string,
  day: string,
): Promise<SealedReply> {
  const place = { kind: "reply", deployment: where.deployment, case: where.case, object: hex(random(16)) } as const;
  const fingerprint = receipt(facts.key.tagKey, facts.manifestSha256).digits;
  const fields = { author: author.name, day, words: wellFormed(words), fingerprint };
  const body = await signedBody("reply", fields, place, author.signer);
  return {
    object: place.object,
    mailbox: mailbox.id,
    data: base64(await seal(place, body, [mailbox.recipient])),
    copy: base64(await seal(place, body, [facts.key.identity.recipient])),
  };
}

/** Seal the case key of an opened compartment to everybody whom the keyring names for it. */
export async function rewrap(input: CaseInput, opened: OpenedKey, keyring: Keyring, author: Key): Promise<SealedRewrap> {
  if (keyring.deployment !== input.deployment) throw new KeyringError("the keyring is that of another deployment", "keyring_elsewhere");
  const old = input.files.get(opened.keyEntry.object) ?? new Uint8Array();
  const body = await openSealed(old, [author.identity], placeOf(input, opened.keyEntry));
  const { compartment } = opened;
  const recipients = recipientsOf(keyring, compartment);
  const object = hex(random(16));
  const version = opened.keyEntry.number + 1;
  const place = { kind: "case_key", deployment: input.deployment, case: input.case, object, seq: version } as const;
  const data = await seal(place, forRecipients(body, recipients.length), recipients);
  body.fill(0);
  const { serial } = keyring;
  const claim = { case: input.case, compartment, object, serial, sha256: hex(sha256(data)), version };
  const signature = await author.signer.sign(rewrapMessage(claim));
  return { compartment, object, version, serial, data: base64(data), signature };
}

/** The text without lone surrogates: what was read again must be what was signed. */
function wellFormed(words: string): string {
  return words.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}
