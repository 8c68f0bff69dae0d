// The one cryptographic suite without keys of people: hashes, key derivation, ChaCha20-Poly1305, Argon2id.
// No file format and no text encoding. No negotiation and no fall-back to anything weaker.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { argon2idAsync } from "@noble/hashes/argon2.js";
import { expand as hkdfExpand, hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as digest } from "@noble/hashes/sha2.js";
import { own, type Bytes } from "./bytes.ts";
import { OpeningError } from "./errors.ts";

export const SEED_SIZE = 32;
export const NONCE_SIZE = 12;

/** SHA-256. */
export function sha256(data: Uint8Array): Bytes {
  return own(digest(data));
}

/** HMAC-SHA256. */
export function mac(key: Uint8Array, data: Uint8Array): Bytes {
  return own(hmac(digest, key, data));
}

/** HKDF-SHA256 of a key for one purpose. */
export function derive(key: Uint8Array, info: Uint8Array, size = 32): Bytes {
  return own(hkdf(digest, key, undefined, info, size));
}

/** HKDF-Expand-SHA256 of a key that is already uniform. */
export function expand(root: Uint8Array, info: Uint8Array, size = 32): Bytes {
  return own(hkdfExpand(digest, root, info, size));
}

/**
 * Argon2id, t=3, m=64 MiB, p=4: slow on purpose, several seconds in JavaScript. `progress` is told how far it is, from
 * 0 to 1, and the page stays alive meanwhile.
 */
export async function stretch(secret: Uint8Array, salt: Uint8Array, progress?: (done: number) => void): Promise<Bytes> {
  const options = { t: 3, m: 65_536, p: 4, dkLen: 32, asyncTick: 30 };
  return own(await argon2idAsync(secret, salt, progress === undefined ? options : { ...options, onProgress: progress }));
}

/** The ChaCha20-Poly1305 ciphertext of `data`. */
export function sealBytes(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, bound: Uint8Array): Bytes {
  return own(chacha20poly1305(key, nonce, bound).encrypt(data));
}

/** Open what `sealBytes` made. */
export function openBytes(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, bound: Uint8Array): Bytes {
  try {
    return own(chacha20poly1305(key, nonce, bound).decrypt(data));
  } catch {
    throw new OpeningError("this could not be opened here");
  }
}
