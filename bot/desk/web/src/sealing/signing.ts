// Signatures: Ed25519 and ML-DSA-65 over the same message, both of which must hold (docs/sealed-format.md section 10).
// Signing keys are keys of the browser that cannot be exported where it has them, JavaScript otherwise.
import { ed25519 } from "@noble/curves/ed25519.js";
import { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
import { base64, fromBase64, hex, join, own, type Bytes } from "./bytes.ts";
import { KeyFileError } from "./errors.ts";
import { derive, sha256 } from "./suite.ts";

const VERIFIER_SIZE = 32 + 1_952;
const SIGNATURE_SIZE = 64 + 3_309;
const SIGNING = join("panoh signing key 1");
const PKCS8_ED25519 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);
const ED25519 = { name: "Ed25519" };
const ML_DSA_65 = { name: "ML-DSA-65" };

/** A key that signs. `verifier` is the public half in base64. */
export interface Signer {
  readonly verifier: string;
  readonly native: boolean;
  sign(message: Uint8Array): Promise<string>;
}

type Sign = (message: Bytes) => Promise<Uint8Array>;

/** ML-DSA in WebCrypto is newer than the types of its functions. */
interface NewerCrypto {
  importKey(format: string, data: Bytes, algorithm: object, extractable: boolean, usages: string[]): Promise<CryptoKey>;
}

/** The 64 hex letters that people compare and that are pinned. */
export function verifierFingerprint(verifier: string): string {
  return hex(sha256(join("panoh verifier 1\n", parseVerifier(verifier))));
}

/** The bytes of a verifier in base64; KeyFileError where it is none. */
export function parseVerifier(verifier: string): Bytes {
  const raw = fromBase64(verifier);
  if (raw === null || raw.length !== VERIFIER_SIZE) throw new KeyFileError("this is not a signature or verifier of ours", "public_key");
  return raw;
}

/** Whether a base64 signature holds for the message; false for anything that is not one. */
export async function accepts(verifier: string, message: Uint8Array, signature: string): Promise<boolean> {
  const signed = fromBase64(signature);
  const raw = fromBase64(verifier);
  if (signed === null || signed.length !== SIGNATURE_SIZE || raw === null || raw.length !== VERIFIER_SIZE) return false;
  const classical = await verify(ED25519, "raw", raw.slice(0, 32), message, signed.slice(0, 64), (sig, msg, key) =>
    ed25519.verify(sig, msg, key, { zip215: false }),
  );
  return (
    classical &&
    verify(ML_DSA_65, "raw-public", raw.slice(32), message, signed.slice(64), (sig, msg, key) =>
      ml_dsa65.verify(sig, msg, key),
    )
  );
}

/** The signing key of a key file's seed; `native` false keeps it in JavaScript. */
export async function signerOf(seed: Uint8Array, native = true): Promise<Signer> {
  const seeds = derive(seed, SIGNING, 64);
  const classicalSeed = seeds.slice(0, 32);
  const latticeSeed = seeds.slice(32);
  seeds.fill(0);
  const lattice = ml_dsa65.keygen(latticeSeed);
  const verifier = base64(join(ed25519.getPublicKey(classicalSeed), lattice.publicKey));
  const wrapped = join(PKCS8_ED25519, classicalSeed);
  const first = native ? await nativeSign(ED25519, "pkcs8", wrapped) : null;
  const second = native ? await nativeSign(ML_DSA_65, "raw-seed", latticeSeed) : null;
  wrapped.fill(0);
  latticeSeed.fill(0);
  if (second !== null) lattice.secretKey.fill(0);
  if (first !== null) classicalSeed.fill(0);
  const classical: Sign = first ?? ((message) => Promise.resolve(ed25519.sign(message, classicalSeed)));
  const post: Sign = second ?? ((message) => Promise.resolve(ml_dsa65.sign(message, lattice.secretKey)));
  return {
    verifier,
    native: first !== null && second !== null,
    async sign(message) {
      const [one, other] = await Promise.all([classical(own(message)), post(own(message))]);
      return base64(join(one, other));
    },
  };
}

function newer(): NewerCrypto {
  return crypto.subtle as unknown as NewerCrypto;
}

async function nativeSign(algorithm: { name: string }, format: string, data: Bytes): Promise<Sign | null> {
  try {
    const key = await newer().importKey(format, data, algorithm, false, ["sign"]);
    return async (message) => new Uint8Array(await crypto.subtle.sign(algorithm, key, message));
  } catch {
    return null; // this browser does not have the algorithm
  }
}

async function verify(
  algorithm: { name: string },
  format: string,
  raw: Bytes,
  message: Uint8Array,
  signature: Bytes,
  otherwise: (signature: Bytes, message: Uint8Array, key: Bytes) => boolean,
): Promise<boolean> {
  let key: CryptoKey;
  try {
    key = await newer().importKey(format, raw, algorithm, true, ["verify"]);
  } catch {
    try {
      return otherwise(signature, message, raw);
    } catch {
      return false;
    }
  }
  return crypto.subtle.verify(algorithm, key, signature, own(message));
}
