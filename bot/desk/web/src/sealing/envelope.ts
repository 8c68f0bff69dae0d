// Sealed files of ours: an age file whose plaintext is header, body and zeros. The caller names the place it expects;
// nothing of the body is returned before the last chunk has been verified and the place compared.
import { openAge, sealAge } from "./age.ts";
import { equal, type Bytes } from "./bytes.ts";
import { OpeningError } from "./errors.ts";
import { HEADER_SIZE, NO_HASH, headFields, headerBytes, padme, type Place } from "./header.ts";
import type { Identity } from "./recipients.ts";

/** `body` sealed to every recipient, bound to `place` and padded. */
export async function seal(place: Place, body: Uint8Array, recipients: readonly string[]): Promise<Bytes> {
  const plaintext = new Uint8Array(padme(HEADER_SIZE + body.length));
  plaintext.set(headerBytes(place, body.length));
  plaintext.set(body, HEADER_SIZE);
  return sealAge(plaintext, recipients);
}

/** The body of a sealed file that belongs to `expected`. */
export async function openSealed(data: Uint8Array, identities: readonly Identity[], expected: Place): Promise<Bytes> {
  const { prev, body } = await openAfterGap(data, identities, expected);
  if (prev !== (expected.prev ?? NO_HASH)) throw new OpeningError("this could not be opened here");
  return body;
}

/** `prev` and body, leaving `expected.prev` aside: for a chain with a missing link. */
export async function openAfterGap(
  data: Uint8Array,
  identities: readonly Identity[],
  expected: Place,
): Promise<{ prev: string; body: Bytes }> {
  const plaintext = await openAge(data, identities);
  if (plaintext.length < HEADER_SIZE) throw new OpeningError("this could not be opened here");
  const head = plaintext.subarray(0, HEADER_SIZE);
  const { prev, length } = headFields(head);
  const end = HEADER_SIZE + Number(length);
  const fits = length <= BigInt(plaintext.length) && end <= plaintext.length && plaintext.length === padme(end);
  if (
    !fits ||
    !equal(head, headerBytes({ ...expected, prev }, Number(length))) ||
    plaintext.subarray(end).some((byte) => byte !== 0)
  ) {
    throw new OpeningError("this could not be opened here");
  }
  return { prev, body: plaintext.slice(HEADER_SIZE, end) };
}
