// X-Wing private keys (ML-KEM-768 and X25519 from one 32-byte seed): two keys of the browser that cannot be exported
// where it has ML-KEM, JavaScript otherwise. Only the combiner always runs here. No file format, no text encoding.
import { x25519 } from "@noble/curves/ed25519.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { join, own, type Bytes } from "./bytes.ts";
import { SEED_SIZE } from "./suite.ts";

export const ENC_SIZE = 1088 + 32;
export const PUBLIC_SIZE = 1184 + 32;

const LABEL = join("\\.//^\\");
const PKCS8_X25519 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);

/** The private half of a key pair: `decapsulate` gives a stanza's shared secret, or null where there is none. */
export interface PrivateKey {
  readonly publicRaw: Bytes;
  /** Whether the browser keeps the key, so that nothing on the page can read it. */
  readonly native: boolean;
  decapsulate(enc: Uint8Array): Promise<Bytes | null>;
}

/** ML-KEM in WebCrypto is newer than the types of its functions. */
interface NewerCrypto {
  importKey(format: string, data: Bytes, algorithm: object, extractable: boolean, usages: string[]): Promise<CryptoKey>;
  decapsulateBits(algorithm: object, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
}

/** Make a private key from its seed; `forced` false keeps it in JavaScript even where the browser could hold it. */
export async function privateKey(seed: Uint8Array, forced = true): Promise<PrivateKey> {
  if (seed.length !== SEED_SIZE) throw new RangeError("a seed has 32 bytes");
  const expanded = own(shake256(seed, { dkLen: 96 }));
  const lattice = ml_kem768.keygen(expanded.subarray(0, 64));
  const scalar = expanded.slice(64);
  const curvePublic = own(x25519.getPublicKey(scalar));
  const publicRaw = join(lattice.publicKey, curvePublic);
  const native = forced ? await nativeKeys(expanded.slice(0, 64), scalar) : null;
  if (native !== null) {
    const { kem, curve } = native;
    expanded.fill(0);
    scalar.fill(0);
    lattice.secretKey.fill(0);
    return {
      publicRaw,
      native: true,
      async decapsulate(enc) {
        if (enc.length !== ENC_SIZE) return null;
        const ciphertext = own(enc).slice(0, 1088);
        const share = own(enc).slice(1088);
        try {
          const peer = await crypto.subtle.importKey("raw", share, { name: "X25519" }, false, []);
          const [first, second] = await Promise.all([
            newer().decapsulateBits({ name: "ML-KEM-768" }, kem, ciphertext),
            crypto.subtle.deriveBits({ name: "X25519", public: peer }, curve, 256),
          ]);
          return combine(new Uint8Array(first), new Uint8Array(second), share, curvePublic);
        } catch {
          return null; // a share of low order, which WebCrypto refuses
        }
      },
    };
  }
  return {
    publicRaw,
    native: false,
    decapsulate(enc) {
      if (enc.length !== ENC_SIZE) return Promise.resolve(null);
      const share = enc.slice(1088);
      try {
        const first = ml_kem768.decapsulate(enc.slice(0, 1088), lattice.secretKey);
        return Promise.resolve(combine(first, x25519.getSharedSecret(scalar, share), share, curvePublic));
      } catch {
        return Promise.resolve(null); // a share of low order
      }
    },
  };
}

function combine(lattice: Uint8Array, curve: Uint8Array, share: Uint8Array, curvePublic: Uint8Array): Bytes {
  return own(sha3_256(join(lattice, curve, share, curvePublic, LABEL)));
}

function newer(): NewerCrypto {
  return crypto.subtle as unknown as NewerCrypto;
}

async function nativeKeys(seed: Bytes, scalar: Bytes): Promise<{ kem: CryptoKey; curve: CryptoKey } | null> {
  if (typeof newer().decapsulateBits !== "function") return null;
  const wrapped = join(PKCS8_X25519, scalar);
  try {
    const [kem, curve] = await Promise.all([
      newer().importKey("raw-seed", seed, { name: "ML-KEM-768" }, false, ["decapsulateBits"]),
      crypto.subtle.importKey("pkcs8", wrapped, { name: "X25519" }, false, ["deriveBits"]),
    ]);
    return { kem, curve };
  } catch {
    return null; // this browser lacks one of the two
  } finally {
    seed.fill(0);
    wrapped.fill(0);
  }
}
