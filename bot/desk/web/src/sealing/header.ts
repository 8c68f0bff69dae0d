// The 104 bytes that bind a sealed file to its place, and the padding that hides its size (docs/sealed-format.md
// section 2). Pure bytes.
import { fromHex, hex, own, type Bytes } from "./bytes.ts";

export const HEADER_SIZE = 104;
export const NO_HASH = "0".repeat(64);

const FLOOR = 4_096;
const MAGIC = 0x48524331;
const SCHEMA = 1;

/** What a sealed file is, by the names of the index. */
export const KINDS = {
  answer: 1,
  manifest: 2,
  case_key: 3,
  reply: 4,
  consent: 5,
  attachment: 6,
  test: 7,
  note: 8,
} as const;

export type Kind = keyof typeof KINDS;

/** The place a sealed file belongs to; ids and hashes in hex. `seq` and `prev` are those of the format. */
export interface Place {
  readonly kind: Kind;
  readonly deployment: string;
  readonly case: string;
  readonly object: string;
  readonly seq?: number;
  readonly prev?: string;
}

/** The bytes that stand before a body of `length` bytes. */
export function headerBytes(place: Place, length: number): Bytes {
  const head = new Uint8Array(HEADER_SIZE);
  const view = new DataView(head.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, KINDS[place.kind]);
  view.setUint16(6, SCHEMA);
  head.set(sized(place.deployment, 16), 8);
  head.set(sized(place.case, 16), 24);
  head.set(sized(place.object, 16), 40);
  view.setUint32(56, place.seq ?? 0);
  head.set(sized(place.prev ?? NO_HASH, 32), 60);
  view.setBigUint64(92, BigInt(length));
  return head;
}

/** What 104 bytes name as `prev` and as length of the body; the rest is for comparing. */
export function headFields(head: Uint8Array): { prev: string; length: bigint } {
  const own_ = own(head);
  const view = new DataView(own_.buffer, own_.byteOffset, own_.byteLength);
  return { prev: hex(head.subarray(60, 92)), length: view.getBigUint64(92) };
}

/** The padded size for `length` bytes (PADMÉ): at most 1/16 is added above the floor. */
export function padme(length: number): number {
  const least = Math.max(length, FLOOR);
  const exponent = Math.floor(Math.log2(least));
  const significant = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - significant);
  return Math.ceil(least / step) * step;
}

function sized(written: string, size: number): Bytes {
  const data = fromHex(written);
  if (data === null || data.length !== size) throw new RangeError("ids have 16 bytes, hashes 32");
  return data;
}
