// The sealing library's face: what the rest of the desk may use. No DOM, no network and no storage behind it; what comes
// from the server is believed only as far as it is proven here.
export type { Answer } from "./answer.ts";
export { base64, fromBase64, fromHex, hex, utf8, type Bytes } from "./bytes.ts";
export { caseInput, type CaseInput, type Entry, type Rewrap } from "./caseinput.ts";
export { COMPARTMENTS, type Compartment } from "./casekey.ts";
export type { AnswerRow, CaseView, ConsentRow, LetterRow, MessageRow } from "./caseview.ts";
export { openCaseKey, type Chain, type OpenedKey, type Problem } from "./chain.ts";
export { firstBroken, type Act } from "./chainofacts.ts";
export { sha256Text } from "./digest.ts";
export { drillCase } from "./drill.ts";
export { EnvelopeError, KeyFileError, KeyringError, OpeningError, SealingError, type Code } from "./errors.ts";
export {
  cardOf,
  changePassphrase,
  newKey,
  newPassphrase,
  readHead,
  unlock,
  type Key,
  type KeyFileHead,
  type NewKey,
  type Progress,
} from "./keyfile.ts";
export {
  cardFingerprint,
  isName,
  readCard,
  readKeyring,
  recipientsOf,
  standing,
  type Keyring,
  type Member,
  type Standing,
} from "./keyring.ts";
export type { MailboxKey, Manifest } from "./manifest.ts";
export { openCase, type OpenedCase } from "./opencase.ts";
export { enrolmentProof, signInProof } from "./proofs.ts";
export type { Receipt } from "./receipt.ts";
export { identityOf, parseIdentity, type Identity } from "./recipients.ts";
export { selfTest } from "./selftest.ts";
export { rewrap, sealNote, sealReply, type SealedNote, type SealedReply, type SealedRewrap } from "./sending.ts";
export { signerOf, verifierFingerprint, type Signer } from "./signing.ts";
export { dayText, parseTime, timeText } from "./times.ts";
