// The errors of this library, with the names they have in the Python program. A message is one English line for whoever
// reads a log; it carries names, numbers and places, never typed words, keys or passphrases. What a person is shown
// follows from the code, for which the desk has words in each language; this library knows no language.

/** What went wrong, as far as it makes a difference to whoever has to do something about it. */
export type Code =
  | "sealing"
  | "envelope"
  | "unproven"
  | "opening"
  | "malformed"
  | "key_file"
  | "key_file_damaged"
  | "key_file_locked"
  | "key_file_of_root"
  | "key_file_other"
  | "key_name"
  | "passphrase_short"
  | "drill"
  | "card"
  | "public_key"
  | "keyring"
  | "keyring_early"
  | "keyring_expired"
  | "keyring_older"
  | "keyring_other_root"
  | "keyring_signature"
  | "keyring_rules"
  | "keyring_elsewhere";

/** What the words for a code name: numbers, and moments as `timeText` writes them. */
export type Values = Readonly<Record<string, string | number>>;

/** Any expected failure of the library. */
export class SealingError extends Error {
  override name = "SealingError";

  constructor(
    message: string,
    readonly code: Code = "sealing",
    readonly values: Values = {},
  ) {
    super(message);
  }
}

/** The bytes are not a sealed file of ours. */
export class EnvelopeError extends SealingError {
  override name = "EnvelopeError";

  constructor(message: string, code: Code = "envelope") {
    super(message, code);
  }
}

/** It could not be opened with these keys for this place; the reason is deliberately not said. */
export class OpeningError extends EnvelopeError {
  override name = "OpeningError";

  constructor(message: string) {
    super(message, "opening");
  }
}

/** A key file, a card or a passphrase cannot be used. */
export class KeyFileError extends SealingError {
  override name = "KeyFileError";

  constructor(message: string, code: Code) {
    super(message, code);
  }
}

/** The keyring cannot be trusted. */
export class KeyringError extends SealingError {
  override name = "KeyringError";

  constructor(message: string, code: Code, values: Values = {}) {
    super(message, code, values);
  }
}

/** The bytes are not the canonical JSON that was expected; names the field and never its content. */
export class MalformedError extends SealingError {
  override name = "MalformedError";

  constructor(message: string) {
    super(message, "malformed");
  }
}
