// The errors of this library, with the names they have in the Python program. A message is one English line for a
// person; it carries names, numbers and places, never typed words, keys or passphrases.

/** Any expected failure of the library. */
export class SealingError extends Error {
  override name = "SealingError";
}

/** The bytes are not a sealed file of ours. */
export class EnvelopeError extends SealingError {
  override name = "EnvelopeError";
}

/** It could not be opened with these keys for this place; the reason is deliberately not said. */
export class OpeningError extends EnvelopeError {
  override name = "OpeningError";
}

/** A key file, a card or a passphrase cannot be used. */
export class KeyFileError extends SealingError {
  override name = "KeyFileError";
}

/** The keyring cannot be trusted. */
export class KeyringError extends SealingError {
  override name = "KeyringError";
}

/** The bytes are not the canonical JSON that was expected; names the field and never its content. */
export class MalformedError extends SealingError {
  override name = "MalformedError";
}
