// Receipt words: 40 bits that prove, to whoever holds the tag key, which manifest was sent (section 6, at its end).
import { fromHex, join, type Bytes } from "./bytes.ts";
import { mac } from "./suite.ts";
import { word } from "./wordlists.ts";

/** The receipt of a sealed facts manifest in its three spellings. */
export interface Receipt {
  readonly en: string;
  readonly ru: string;
  readonly digits: string;
}

/** The receipt of the manifest file with this SHA-256 (hex). */
export function receipt(tagKey: Bytes, manifestSha256: string): Receipt {
  const bits = mac(tagKey, join("panoh fingerprint 1\n", fromHex(manifestSha256) ?? new Uint8Array()));
  const value = Array.from(bits.subarray(0, 5)).reduce((number, byte) => number * 256 + byte, 0);
  const numbers = [30, 20, 10, 0].map((place) => Math.floor(value / 2 ** place) % 1_024);
  return {
    en: numbers.map((number) => word("en", 2 * number)).join(" "),
    ru: numbers.map((number) => word("ru", 2 * number)).join(" "),
    digits: numbers.map((number) => String(number).padStart(4, "0")).join(" "),
  };
}
