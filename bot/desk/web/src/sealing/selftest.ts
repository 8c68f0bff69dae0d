// The self-test without which nothing is opened or sealed: known answers of each algorithm, in the form that this
// browser runs it. Names what is missing and never falls back to anything weaker.
import { argon2id } from "@noble/hashes/argon2.js";
import { openAge, sealAge } from "./age.ts";
import { equal, hex, utf8 } from "./bytes.ts";
import { identityOf } from "./recipients.ts";
import { accepts, signerOf } from "./signing.ts";
import { SEED_SIZE, sha256 } from "./suite.ts";

const SEED = Uint8Array.from({ length: SEED_SIZE }, (_, place) => place);
const PUBLIC = "c9a3565ffde4f72b51661be391ee13e46378d7f06dd5c8bf5af9d2cfb5b8336b";
const ARGON2 = "e5084a2092159af190bf6e60ecff9b4c3f2c84c4f52fcf2a52251699d34d0044";

/** The names of what does not work here; none where all is well. */
export async function selfTest(): Promise<readonly string[]> {
  if (typeof crypto === "undefined" || crypto.subtle === undefined) return ["a secure context (https, or localhost)"];
  const tests: readonly (readonly [string, () => boolean | Promise<boolean>])[] = [
    ["X-Wing", async () => hex(sha256((await identityOf(SEED)).key.publicRaw)) === PUBLIC],
    ["sealing and opening", opensWhatItSeals],
    ["Ed25519 and ML-DSA-65", signs],
    ["Argon2id", () => hex(argon2id(utf8("self-test"), utf8("self-test salt"), { t: 1, m: 64, p: 1, dkLen: 32 })) === ARGON2],
  ];
  const failed: string[] = [];
  for (const [name, works] of tests) {
    if (!(await Promise.resolve().then(works).catch(() => false))) failed.push(name);
  }
  return failed;
}

async function opensWhatItSeals(): Promise<boolean> {
  const identity = await identityOf(SEED);
  const sealed = await sealAge(utf8("self-test"), [identity.recipient]);
  return equal(await openAge(sealed, [identity]), utf8("self-test"));
}

async function signs(): Promise<boolean> {
  const signer = await signerOf(SEED);
  const signature = await signer.sign(utf8("message"));
  return (await accepts(signer.verifier, utf8("message"), signature)) && !(await accepts(signer.verifier, utf8("massage"), signature));
}
