// Bytes and their spellings: hex, base64, UTF-8, big-endian numbers, comparing. No cryptography, no format.

/** Bytes that the browser's own functions accept. */
export type Bytes = Uint8Array<ArrayBuffer>;

const HEX = /^(?:[0-9a-f]{2})*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const encoder = new TextEncoder();

/** The same bytes, in memory that is theirs alone. */
export function own(data: Uint8Array): Bytes {
  return data.buffer instanceof ArrayBuffer ? (data as Bytes) : new Uint8Array(data);
}

/** UTF-8 of a text. */
export function utf8(text: string): Bytes {
  return own(encoder.encode(text));
}

/** The text of UTF-8 bytes; throws where they are not UTF-8. A byte order mark is a letter like others. */
export function text(data: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
}

/** Parts in a row; texts as UTF-8. */
export function join(...parts: readonly (Uint8Array | string)[]): Bytes {
  const pieces = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
}

/** Whether two are equal; looks at every byte, whatever the first difference is. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let place = 0; place < one.length; place += 1) difference |= (one[place] ?? 0) ^ (other[place] ?? 0);
  return difference === 0;
}

/** Lower-case hex. */
export function hex(data: Uint8Array): string {
  let written = "";
  for (const byte of data) written += byte.toString(16).padStart(2, "0");
  return written;
}

/** The bytes of lower-case hex, or null. */
export function fromHex(written: string): Bytes | null {
  if (!HEX.test(written)) return null;
  const data = new Uint8Array(written.length / 2);
  for (let place = 0; place < data.length; place += 1) data[place] = parseInt(written.slice(2 * place, 2 * place + 2), 16);
  return data;
}

/** Base64, the standard alphabet with padding. */
export function base64(data: Uint8Array): string {
  let letters = "";
  for (let start = 0; start < data.length; start += 32768) {
    letters += String.fromCharCode(...data.subarray(start, start + 32768));
  }
  return btoa(letters);
}

/** The bytes of base64 in its one spelling, or null. */
export function fromBase64(written: string): Bytes | null {
  if (written.length % 4 !== 0 || !BASE64.test(written)) return null;
  let letters: string;
  try {
    letters = atob(written);
  } catch {
    return null;
  }
  const data = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place += 1) data[place] = letters.charCodeAt(place);
  // Only the last letter can hide stray bits, so only the end is written again.
  const end = data.subarray(data.length - (data.length % 3 || 3));
  return data.length === 0 || written.endsWith(base64(end)) ? data : null;
}

/** Random bytes from the browser's generator. */
export function random(size: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** Compare texts by code points, as Python does; JavaScript's own order is by UTF-16. */
export function byCodePoint(one: string, other: string): number {
  const left = Array.from(one, (letter) => letter.codePointAt(0) ?? 0);
  const right = Array.from(other, (letter) => letter.codePointAt(0) ?? 0);
  for (let place = 0; place < Math.min(left.length, right.length); place += 1) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
