// What went wrong, in one kind line of the reader's language: words for each code of the server, of the desk on this
// computer, of this page and of the sealing library. A code without words does not pass the type check.
import { ApiError, type ErrorCode } from "./api/client.ts";
import { SealingError, type Code } from "./sealing/index.ts";
import { day, mark, t } from "./words.ts";

const REFUSED: Readonly<Record<ErrorCode, string>> = {
  offline: mark("The server cannot be reached. Check the connection; nothing was lost here."),
  unreachable: mark("The desk on this computer cannot reach the server. Check the connection; nothing was lost here."),
  no_desk: mark("The server does not answer as a desk does. Nothing of its answer was used; tell your administrator."),
  older_keyring: mark("The server shows a list of keys that is older than one this computer saw. Stop, and compare with colleagues."),
  signed_out: mark("That was not accepted. Check name, key, passphrase and code, and try again."),
  unavailable: mark("This is not there, or not for you. The desk does not say which."),
  gone: mark("This case is not here any more. Do not contact the person."),
  changed: mark("Somebody was quicker: it has changed since you looked. Look again."),
  name_taken: mark("Somebody has this name already. Choose another."),
  last_administrator: mark("Nobody else could administer then. Invite another administrator first, and wait until they are enrolled."),
  left_before: mark("Their access has ended already. Look again."),
  keyring_ended: mark("The signed list of keys has run out: nothing new can be sealed until the holder of the root signs another."),
  chat_doubted: mark("Others may be reading that chat: nothing is written to it."),
  nudge_needs_reply: mark("One neutral line for each reply: write a reply first."),
  nudged_today: mark("The neutral line was sent today. One a day."),
  passkey_refused: mark("The passkey came too late, or you have as many as you can have. Try again."),
  roster: mark("The roster was not saved. What is wrong with its text stands here in English:"),
  too_large: mark("That is too much at once for the server."),
  slow_down: mark("Too many tries in a short time. Wait a minute, then try again."),
  refused: mark("The server does not answer to this address. Open the desk at the address you were given."),
  invalid: mark("The server did not accept what was entered."),
  bad_request: mark("The server did not accept what was entered."),
  strange: mark("The server's answer has another form than expected, and was not used."),
  failed: mark("The server could not do that. Try again; if it stays, tell your administrator."),
  stopped: mark("The server could not do that. Try again; if it stays, tell your administrator."),
};

const SEALING: Readonly<Record<Code, string>> = {
  sealing: mark("This could not be sealed or opened. Load the page again; if it stays, tell your administrator."),
  envelope: mark("What the server sent is damaged, or no sealed file of ours. Do not act on it; tell a lead."),
  malformed: mark("What the server sent is damaged, or no sealed file of ours. Do not act on it; tell a lead."),
  unproven: mark("It is not proven to come from the same person. Do not act on it; tell a lead."),
  opening: mark("Your key does not open this."),
  key_file: mark("This is not a key file of ours. Choose the file that ends with .key."),
  key_file_damaged: mark("This key file is damaged: it does not hold the key that it names. Take your copy."),
  key_file_locked: mark("The key file does not open: check the passphrase, or take your copy of the file."),
  key_file_of_root: mark("This is the key of the root. It signs lists of keys and opens nothing: choose your own key file."),
  key_file_other: mark("This is a key file, but of another key. Choose the one you saved last."),
  key_name: mark("1 to 64 letters, digits, spaces, dots and hyphens."),
  passphrase_short: mark("This passphrase is too short. Six words are good."),
  drill: mark("The test case did not open as it should. Do not work with this key; tell your administrator."),
  card: mark("This is not a card of ours."),
  public_key: mark("This is not a key of ours, or a part of it is missing."),
  keyring: mark("It is damaged, or no list of keys of ours."),
  keyring_early: mark("It is good only from {day} on. Check the clock of this computer."),
  keyring_expired: mark("It ended on {day}. Have a new one signed."),
  keyring_older: mark("It has number {serial}, but number {used} was used here before: it may name somebody who left. Stop, and tell your lead."),
  keyring_other_root: mark("It is signed by another root than the one you named. Compare the fingerprint with your paper; if it is right, stop, and tell your lead."),
  keyring_signature: mark("Its signature does not hold. Load the page again; if it stays, tell your lead."),
  keyring_rules: mark("It breaks a rule for such lists. Have a new one signed."),
  keyring_elsewhere: mark("The signed list of keys belongs to another server than this case."),
};

/** What went wrong, in one line of the reader's language. */
export function errorLine(error: unknown): string {
  if (error instanceof ApiError) return apiLine(error);
  if (error instanceof SealingError) return sealingLine(error);
  return t("Something in this page went wrong. Load it again; if it stays, tell your administrator.");
}

function apiLine(error: ApiError): string {
  const words = t(REFUSED[error.code]);
  // Only a line about the roster's text says more than our words: it names the place in it.
  return error.code === "roster" ? `${words} ${error.line}`.trim() : words;
}

function sealingLine(error: SealingError): string {
  const { day: until, ...others } = error.values;
  return t(SEALING[error.code], until === undefined ? others : { ...others, day: day(String(until)) });
}
