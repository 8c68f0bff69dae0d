// One compartment of a case: its key, its manifests in order, its answers, and what is wrong with them. Every doubt is a
// Problem with a name, never a silent gap; what remains is still read, because somebody may be in danger. Nothing
// without the right tag is counted. The same decisions as bot/offline/chain.py.
import { stanzaCount } from "./age.ts";
import { readAnswer, type Answer } from "./answer.ts";
import { hex, type Bytes } from "./bytes.ts";
import { claimOf, entriesOf, placeOf, type CaseInput, type Entry } from "./caseinput.ts";
import { readCaseKey, type CaseKey, type Compartment } from "./casekey.ts";
import { openAfterGap, openSealed } from "./envelope.ts";
import { EnvelopeError } from "./errors.ts";
import { NO_HASH } from "./header.ts";
import { signerNamed, type Keyring } from "./keyring.ts";
import { readManifest, type Listed, type Manifest } from "./manifest.ts";
import { rewrapMessage } from "./proofs.ts";
import type { Identity } from "./recipients.ts";
import { sha256 } from "./suite.ts";

/**
 * What is wrong with one object. `author_gone` is named and stops nothing: whoever sealed the case key anew is not in the
 * keyring any more.
 */
export interface Problem {
  readonly object: string;
  readonly problem: "missing" | "swapped" | "foreign" | "unreadable" | "unproven" | "keys" | "author_gone";
  readonly note: string;
}

/** A compartment's case key, and the index's line of the file that opened. */
export interface OpenedKey {
  readonly compartment: Compartment;
  readonly key: CaseKey;
  readonly keyEntry: Entry;
}

/** What one compartment says. `manifest` is the latest that is proven; `unproven` are answers no manifest lists. */
export interface Chain extends OpenedKey {
  readonly manifest: Manifest | null;
  readonly manifestSha256: string;
  /** All that are proven, in order. */
  readonly manifests: readonly Manifest[];
  readonly answers: readonly Answer[];
  readonly unproven: readonly Answer[];
  readonly problems: readonly Problem[];
}

/** Open one compartment; null when none of the keys opens any of its case-key files. */
export async function openChain(
  input: CaseInput,
  compartment: Compartment,
  identities: readonly Identity[],
  keyring: Keyring | null,
): Promise<Chain | null> {
  const problems: Problem[] = [];
  const opened = await openCaseKey(input, compartment, identities, keyring, problems);
  if (opened === null) return null;
  const { key } = opened;
  const proven = await openManifests(input, compartment, key, problems);
  const latest = proven.at(-1);
  const everListed = new Set(proven.flatMap(({ manifest }) => manifest.objects.map((one) => one.object)));
  const found = new Map(entriesOf(input, "answer", compartment).map((entry) => [entry.object, entry]));
  const answers = [];
  for (const one of latest?.manifest.objects ?? []) {
    answers.push(await openListed(input, key, found.get(one.object), one, problems));
  }
  const unproven = [];
  for (const [object, entry] of found) {
    if (everListed.has(object)) continue;
    problems.push({ object, problem: "foreign", note: "no proven manifest lists it" });
    unproven.push(await openAnswer(input, key, entry));
  }
  return {
    ...opened,
    manifest: latest?.manifest ?? null,
    manifestSha256: latest?.sha256 ?? NO_HASH,
    manifests: proven.map(({ manifest }) => manifest),
    answers: answers.filter((answer) => answer !== null),
    unproven: unproven.filter((answer) => answer !== null),
    problems,
  };
}

/**
 * Open only the case key of a compartment, and name in `problems` what is wrong with it: the newest that nothing speaks
 * against; where there is none, the newest that opens at all.
 */
export async function openCaseKey(
  input: CaseInput,
  compartment: Compartment,
  identities: readonly Identity[],
  keyring: Keyring | null,
  problems: Problem[],
): Promise<OpenedKey | null> {
  let doubted: OpenedKey | null = null;
  for (const entry of [...entriesOf(input, "case_key", compartment)].reverse()) {
    const data = input.files.get(entry.object);
    if (data === undefined) {
      problems.push(problemOf(entry, "missing", "the case-key file is not there"));
      continue;
    }
    const key = await unless(async () => readCaseKey(await openSealed(data, identities, placeOf(input, entry))));
    if (key === null) continue;
    if (key.deployment !== input.deployment || key.case !== input.case || key.compartment !== compartment) {
      problems.push(problemOf(entry, "swapped", "this case key belongs to another place"));
      continue;
    }
    const count = stanzaCount(data);
    if (count !== key.recipients) {
      const note = `sealed to ${key.recipients} keys, holds ${count}: somebody was locked out`;
      problems.push(problemOf(entry, "keys", note));
    }
    const opened = { compartment, key, keyEntry: entry };
    const { standing, author } = await standingOf(input, entry, data, keyring);
    if (standing === "holds") return opened;
    let note = `version ${entry.number} is not signed by a member of the keyring`;
    if (standing === "gone") {
      if ((await openManifests(input, compartment, key, [])).length > 0) {
        const gone = `sealed anew by ${author}, who is not in the keyring any more, or has another key now`;
        problems.push(problemOf(entry, "author_gone", gone));
        return opened;
      }
      note = `version ${entry.number} is signed by nobody in the keyring, and proves no manifest`;
    }
    problems.push(problemOf(entry, "keys", note));
    doubted ??= opened;
  }
  return doubted;
}

/**
 * Whether a case-key file is signed as it says, and by whom. Nobody signs the first version. Where the file was sealed to
 * this very keyring, its author had the key that stands in it. Where it was sealed to an older one, a signature that does
 * not hold may be by the key of then: old keyrings are not kept, so nobody can tell.
 */
async function standingOf(
  input: CaseInput,
  entry: Entry,
  data: Bytes,
  keyring: Keyring | null,
): Promise<{ readonly standing: "holds" | "gone" | "wrong"; readonly author: string }> {
  if (keyring === null || entry.number === 1) return { standing: "holds", author: "" };
  const said = claimOf(input, entry, hex(sha256(data)));
  if (said === null) return { standing: "wrong", author: "" };
  const { author, serial, signature } = said.rewrap;
  const signer = await signerNamed(keyring, author, rewrapMessage(said.claim), signature);
  if (signer !== null) return { standing: "holds", author };
  return { standing: serial < keyring.serial ? "gone" : "wrong", author };
}

async function openManifests(
  input: CaseInput,
  compartment: Compartment,
  key: CaseKey,
  problems: Problem[],
): Promise<readonly { manifest: Manifest; sha256: string }[]> {
  const proven: { manifest: Manifest; sha256: string }[] = [];
  let due = 1;
  let prev = NO_HASH;
  for (const entry of entriesOf(input, "manifest", compartment)) {
    const { number } = entry;
    const data = input.files.get(entry.object);
    if (data === undefined) {
      problems.push(problemOf(entry, "missing", `manifest ${number} is not there`));
      continue;
    }
    const opened = await unless(() => openAfterGap(data, [key.identity], placeOf(input, entry)));
    if (opened === null) {
      problems.push(problemOf(entry, "unreadable", `manifest ${number} does not open in its place`));
      continue;
    }
    const manifest = await unless(() => Promise.resolve(readManifest(opened.body, key.tagKey)));
    if (manifest === null) {
      problems.push(problemOf(entry, "unproven", `manifest ${number} is not proven to be from the same person`));
      continue;
    }
    if (
      manifest.deployment !== input.deployment ||
      manifest.case !== input.case ||
      manifest.compartment !== compartment ||
      manifest.number !== number ||
      manifest.previous !== opened.prev
    ) {
      problems.push(problemOf(entry, "swapped", `manifest ${number} belongs to another place`));
      continue;
    }
    if (number > due) {
      const missing = number === due + 1 ? `${due}` : `${due} to ${number - 1}`;
      problems.push(problemOf(entry, "missing", `before this manifest, number ${missing} is missing`));
    } else if (number < due || opened.prev !== prev) {
      problems.push(problemOf(entry, "swapped", `manifest ${number} does not follow the one before`));
    }
    due = number + 1;
    prev = hex(sha256(data));
    proven.push({ manifest, sha256: prev });
  }
  if (proven.length === 0) {
    problems.push({ object: input.case, problem: "missing", note: `${compartment}: no proven manifest` });
  }
  return proven;
}

async function openListed(
  input: CaseInput,
  key: CaseKey,
  entry: Entry | undefined,
  listed: Listed,
  problems: Problem[],
): Promise<Answer | null> {
  const { object } = listed;
  const place = `${listed.node}, part ${listed.part}`;
  const data = entry === undefined ? undefined : input.files.get(object);
  if (entry === undefined || data === undefined) {
    problems.push({ object, problem: "missing", note: place });
    return null;
  }
  if (hex(sha256(data)) !== listed.sha256) {
    problems.push({ object, problem: "swapped", note: `${place}: another file under its name` });
    return null;
  }
  const answer = await openAnswer(input, key, entry);
  if (answer === null || answer.node !== listed.node || answer.part !== listed.part) {
    problems.push({ object, problem: "unreadable", note: place });
    return null;
  }
  return answer;
}

function openAnswer(input: CaseInput, key: CaseKey, entry: Entry): Promise<Answer | null> {
  const data = input.files.get(entry.object) ?? new Uint8Array();
  return unless(async () => readAnswer(await openSealed(data, [key.identity], placeOf(input, entry))));
}

/** What `work` gives, or null where a sealed file is refused. */
export async function unless<Value>(work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EnvelopeError) return null;
    throw error;
  }
}

function problemOf(entry: Entry, problem: Problem["problem"], note: string): Problem {
  return { object: entry.object, problem, note };
}
