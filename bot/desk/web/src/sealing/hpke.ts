// HPKE (RFC 9180) in base mode, the part that an age stanza needs: from the KEM's shared secret to the file key.
// Suite: MLKEM768-X25519, HKDF-SHA256, ChaCha20-Poly1305; no AAD. The KEM itself lives in xwing.ts.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { join, own, type Bytes } from "./bytes.ts";

const SUITE = join("HPKE", Uint8Array.of(0x64, 0x7a, 0x00, 0x01, 0x00, 0x03));
const NOTHING = new Uint8Array();
const CONTEXT = join(
  Uint8Array.of(0),
  labeledExtract(undefined, "psk_id_hash", NOTHING),
  labeledExtract(undefined, "info_hash", join("age-encryption.org/mlkem768x25519")),
);

/** The file key in a stanza's body, or null when the shared secret is not the one it was wrapped under. */
export function unwrapFileKey(sharedSecret: Uint8Array, wrapped: Uint8Array): Bytes | null {
  const secret = labeledExtract(sharedSecret, "secret", NOTHING);
  const key = labeledExpand(secret, "key", 32);
  const nonce = labeledExpand(secret, "base_nonce", 12);
  try {
    return own(chacha20poly1305(key, nonce).decrypt(wrapped));
  } catch {
    return null;
  }
}

function labeledExtract(salt: Uint8Array | undefined, label: string, ikm: Uint8Array): Uint8Array {
  return extract(sha256, join("HPKE-v1", SUITE, label, ikm), salt);
}

function labeledExpand(secret: Uint8Array, label: string, size: number): Uint8Array {
  return expand(sha256, secret, join(Uint8Array.of(0, size), "HPKE-v1", SUITE, label, CONTEXT), size);
}
