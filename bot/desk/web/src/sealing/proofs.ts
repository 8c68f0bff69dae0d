// Signatures that prove something to the server: signing in, enrolment, a re-wrapped case-key file. Messages only; each
// has a label of its own, so that none can be taken for another (docs/sealed-format.md section 15).
import { join, type Bytes } from "./bytes.ts";
import { encode } from "./canonical.ts";
import type { Compartment } from "./casekey.ts";
import type { Key } from "./keyfile.ts";
import type { Signer } from "./signing.ts";
import { timeText } from "./times.ts";

/** What is said about a re-wrapped case-key file. */
export type RewrapClaim = {
  readonly case: string;
  readonly compartment: Compartment;
  readonly object: string;
  readonly serial: number;
  readonly sha256: string;
  readonly version: number;
};

/** The proof for signing in; `server` is the origin the page talks to, without a slash at its end. */
export function signInProof(signer: Signer, claim: { challenge: string; name: string; server: string }): Promise<string> {
  const { challenge, name, server } = claim;
  return signer.sign(join("panoh sign-in 1\n", encode({ challenge, name, server })));
}

/** The proof that whoever enrols holds the key that they name. */
export function enrolmentProof(key: Key, server: string): Promise<string> {
  const fields = {
    name: key.name,
    not_after: timeText(key.notAfter),
    recipient: key.identity.recipient,
    server,
    verifier: key.signer.verifier,
  };
  return key.signer.sign(join("panoh enrol 1\n", encode(fields)));
}

/** What is signed about a re-wrapped case-key file. */
export function rewrapMessage(claim: RewrapClaim): Bytes {
  const { case: place, compartment, object, serial, sha256, version } = claim;
  return join("panoh rewrap 1\n", encode({ case: place, compartment, object, serial, sha256, version }));
}
