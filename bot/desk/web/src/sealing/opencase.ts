// Opening a case: what the server sent and the reader's keys in, the case out, with everything that is wrong with it
// named. The same result and the same problems as bot/offline/cases.py.
import { byCodePoint, hex, type Bytes } from "./bytes.ts";
import { entriesOf, placeOf, type CaseInput } from "./caseinput.ts";
import { COMPARTMENTS, type CaseKey, type Compartment } from "./casekey.ts";
import {
  answerRows,
  consentRows,
  unprovenRows,
  type CaseView,
  type LetterRow,
  type MessageRow,
} from "./caseview.ts";
import { openChain, unless, type Chain, type Problem } from "./chain.ts";
import { readConsentChange, type ConsentChange } from "./consent.ts";
import { openSealed } from "./envelope.ts";
import { OpeningError } from "./errors.ts";
import type { Kind } from "./header.ts";
import type { Keyring } from "./keyring.ts";
import { readNote, readReply, signedBy, type Note, type Reply } from "./letters.ts";
import type { MailboxKey } from "./manifest.ts";
import { receipt } from "./receipt.ts";
import type { Identity } from "./recipients.ts";
import { sha256 } from "./suite.ts";

/** An opened case. `view` is what is shown; the rest is what writing back needs. */
export interface OpenedCase {
  readonly view: CaseView;
  readonly facts: Chain | null;
  readonly identity: Chain | null;
  /** Where replies go, if the person has a code. */
  readonly mailbox: MailboxKey | null;
  /** The token for one neutral ping (hex), if the person allowed it and the identity is open. */
  readonly ping: string | null;
}

/**
 * Open a case with these keys; OpeningError where none of them opens any compartment. Of the keyring come the checks of
 * re-wrapped case keys and of who signed replies and notes; without one nothing is said about them.
 */
export async function openCase(
  input: CaseInput,
  identities: readonly Identity[],
  keyring: Keyring | null,
): Promise<OpenedCase> {
  const chains = new Map<Compartment, Chain>();
  for (const compartment of input.fetched) {
    const chain = await openChain(input, compartment, identities, keyring);
    if (chain !== null) chains.set(compartment, chain);
  }
  const opened = COMPARTMENTS.flatMap((compartment) => chains.get(compartment) ?? []);
  if (opened.length === 0) throw new OpeningError("this case could not be opened with these keys");
  const facts = chains.get("facts") ?? null;
  const identity = chains.get("identity") ?? null;
  const ruling = opened.flatMap((chain) => chain.manifest ?? []);
  const [first] = ruling;
  const problems = [...opened.flatMap((chain) => chain.problems), ...between(input, opened)];
  const changes = await consentChanges(input, facts, problems);
  const messages = await openLetters(input, "reply", facts, keyring, problems);
  const notes = await openLetters(input, "note", facts, keyring, problems);
  const view: CaseView = {
    reference: input.reference,
    conversation: first?.conversation ?? "",
    version: first?.version ?? "",
    digest: first?.digest ?? "",
    locale: first?.locale ?? input.locale,
    urgency: (first?.urgency ?? "") || input.urgency,
    reasons: first?.reasons ?? [],
    flags: first?.flags ?? [],
    ending: first?.ending ?? "",
    unfinished: first?.unfinished ?? [],
    consents: consentRows(ruling, changes),
    answers: opened.flatMap(answerRows),
    attachments: opened.flatMap(({ compartment }) =>
      entriesOf(input, "attachment", compartment).map(({ object }) => ({ object, compartment })),
    ),
    messages: messages.map(({ letter, signed }): MessageRow => ({
      ...letterRow(letter, signed),
      fingerprint: "fingerprint" in letter ? letter.fingerprint : "",
    })),
    notes: notes.map(({ letter, signed }) => letterRow(letter, signed)),
    fingerprint: facts?.manifest ? receipt(facts.key.tagKey, facts.manifestSha256) : null,
    sealed: COMPARTMENTS.filter((compartment) => !chains.has(compartment)),
    unproven: opened.flatMap(unprovenRows),
    problems,
  };
  return { view, facts, identity, mailbox: facts?.manifest?.mailbox ?? null, ping: identity?.manifest?.ping ?? null };
}

/** What only shows when the whole case is looked at. */
function between(input: CaseInput, opened: readonly Chain[]): readonly Problem[] {
  const known = new Set(input.index.map((entry) => entry.object));
  const strangers = [...input.files.keys()].filter((object) => !known.has(object)).sort(byCodePoint);
  const problems: Problem[] = strangers.map((object) => ({
    object: `${object}.age`,
    problem: "foreign",
    note: "not in the index",
  }));
  const manifests = opened.flatMap((chain) => chain.manifest ?? []);
  if (manifests.some((manifest) => manifest.reference !== input.reference)) {
    problems.push({ object: input.case, problem: "swapped", note: "the reference is that of another case" });
  }
  if (new Set(opened.map((chain) => hex(chain.key.tagKey))).size > 1) {
    problems.push({ object: input.case, problem: "swapped", note: "the compartments are not of one case" });
  }
  const companion = opened.find((chain) => chain.compartment === "facts")?.manifest?.companion ?? null;
  if (companion !== null && companionIsMissing(input, companion)) {
    const note = "the identity manifest of the latest sending is missing or another";
    problems.push({ object: input.case, problem: "missing", note });
  }
  return problems;
}

function companionIsMissing(input: CaseInput, companion: string): boolean {
  const beside = entriesOf(input, "manifest", "identity");
  // While nobody asked for the identity, only the index can be looked at.
  if (!input.fetched.includes("identity")) return beside.length === 0;
  return beside.every((entry) => {
    const data = input.files.get(entry.object);
    return data === undefined || hex(sha256(data)) !== companion;
  });
}

/** The changes since the latest manifest, which knows of those before it; a day cannot tell the two apart. */
async function consentChanges(input: CaseInput, facts: Chain | null, problems: Problem[]): Promise<readonly ConsentChange[]> {
  const latest = facts?.manifest?.number ?? 0;
  const changes: { number: number; change: ConsentChange }[] = [];
  for await (const { object, number, body, key } of outside(input, "consent", facts, problems)) {
    const change = await unless(() => Promise.resolve(readConsentChange(body, key.tagKey, input.case)));
    if (change === null) {
      problems.push({ object, problem: "unproven", note: "a consent change that is not proven to be from the same person" });
    } else if (number >= latest) {
      changes.push({ number, change });
    }
  }
  changes.sort((one, other) => one.number - other.number || byCodePoint(one.change.day, other.change.day));
  return changes.map(({ change }) => change);
}

async function openLetters(
  input: CaseInput,
  kind: "reply" | "note",
  facts: Chain | null,
  keyring: Keyring | null,
  problems: Problem[],
): Promise<readonly { letter: Reply | Note; signed: boolean | null }[]> {
  const letters = [];
  for await (const { object, body } of outside(input, kind, facts, problems)) {
    const letter = await unless<Reply | Note>(() => Promise.resolve(kind === "reply" ? readReply(body) : readNote(body)));
    if (letter === null) {
      problems.push({ object, problem: "unreadable", note: `a ${kind} of another form` });
      continue;
    }
    const member = keyring?.members.find((each) => each.name === letter.author);
    const place = { case: input.case, object };
    letters.push({ letter, signed: member ? await signedBy(kind, letter, place, member.verifier) : null });
  }
  return letters;
}

function letterRow(letter: Reply | Note, signed: boolean | null): LetterRow {
  return { author: letter.author, received_day: letter.day, value: letter.words, signed };
}

/** What was sealed to the facts key outside the manifests. */
async function* outside(
  input: CaseInput,
  kind: Kind,
  facts: Chain | null,
  problems: Problem[],
): AsyncGenerator<{ object: string; number: number; body: Bytes; key: CaseKey }> {
  if (facts === null) return;
  for (const entry of entriesOf(input, kind, "facts")) {
    const { object, number } = entry;
    const data = input.files.get(object);
    if (data === undefined) {
      problems.push({ object, problem: "missing", note: kind });
      continue;
    }
    const body = await unless(() => openSealed(data, [facts.key.identity], placeOf(input, entry)));
    if (body === null) problems.push({ object, problem: "unreadable", note: kind });
    else yield { object, number, body, key: facts.key };
  }
}
