// The one case that is open on this page: fetched, opened in this browser, kept in memory until another is shown or the
// page is locked. What cannot be proven is named by the sealing library and shown as it is.
import { signal } from "@preact/signals";
import { askCase, askFacts, askIdentity, give, isReference, type CaseDetail, type CaseRow } from "../api/cases.ts";
import { ApiError } from "../api/client.ts";
import { caseInput, dayText, openCase, sealNote, sealReply, type AnswerRow, type CaseInput, type OpenedCase } from "../sealing/index.ts";
import { session, type Session } from "../session.ts";
import { heard } from "./clock.ts";
import { conversationOf, type Conversation } from "./conversation.ts";
import { forgetDrafts } from "./drafts.ts";
import { isChoice } from "./firstscreen.ts";
import { putRow, refreshQueue } from "./queue.ts";

/** How far it has come: asked for, shown closed, its facts being fetched or opened, open. */
export type Step = "asking" | "closed" | "fetching" | "opening" | "open";

export interface Shown {
  readonly reference: string;
  readonly step: Step;
  readonly error: unknown;
  readonly detail: CaseDetail | null;
  /** The moment of arrival, which the server forgets once the case was read; "" where it had by then. */
  readonly arrived: string;
  /** What the server said of the case when it was opened. */
  readonly basis: CaseDetail | null;
  readonly facts: unknown;
  readonly identity: unknown;
  readonly input: CaseInput | null;
  readonly opened: OpenedCase | null;
  readonly conversation: Conversation | null;
  /** Whether the server holds more than what is open here. */
  readonly more: boolean;
}

export const shown = signal<Shown | null>(null);

const UNHEARD: readonly string[] = ["offline", "unreachable", "stopped"];
const EMPTY = { arrived: "", basis: null, facts: undefined, identity: undefined, input: null, opened: null, conversation: null, more: false };

/** Show a case and open its facts, if this person may. */
export async function showCase(reference: string): Promise<void> {
  if (!isReference(reference)) {
    shown.value = { ...EMPTY, reference, step: "closed", detail: null, error: new ApiError("unavailable") };
    return;
  }
  shown.value = { ...EMPTY, reference, step: "asking", detail: null, error: null };
  await guarded(reference, async () => {
    const detail = await asked(reference);
    put(reference, { detail, step: "closed", arrived: detail.case.arrived_exact ? detail.case.arrived : "" });
    if (detail.case.may_open) await openFacts(reference);
  });
}

/** Forget the case that is open. */
export function forgetCase(): void {
  shown.value = null;
}

/** Fetch the sealed facts anew and open them here. An open identity stays open unless something was added to it. */
export async function openFacts(reference: string): Promise<void> {
  await guarded(reference, async () => {
    put(reference, { step: "fetching", error: null });
    const { facts, detail } = await fetchedFacts(reference);
    putRow(detail.case);
    const { identity } = shown.value ?? EMPTY_SHOWN;
    const kept = identity !== undefined && filesIn(identity) === entries(detail, "identity");
    await openWith(reference, detail, facts, kept ? identity : undefined);
  });
}

/** Fetch the sealed identity for a reason that is written down, and open it here. */
export async function openIdentity(reference: string, reason: string): Promise<void> {
  await guarded(reference, async () => {
    const identity = await askIdentity(reference, reason);
    const detail = await asked(reference);
    const { facts } = shown.value ?? EMPTY_SHOWN;
    const fresh = filesIn(facts) === entries(detail, "facts") ? { facts, detail } : await fetchedFacts(reference);
    await openWith(reference, fresh.detail, fresh.facts, identity);
  });
}

/** Put the identity away again. */
export async function closeIdentity(reference: string): Promise<void> {
  const { basis, facts } = shown.value ?? EMPTY_SHOWN;
  if (basis !== null) await guarded(reference, () => openWith(reference, basis, facts, undefined));
}

/** Ask again what the server knows of the case; what is new inside is offered, not put under the reader's eyes. */
export async function refreshCase(): Promise<void> {
  const before = shown.value;
  if (before === null || before.detail === null) return;
  const { reference } = before;
  await guarded(reference, async () => {
    const detail = await asked(reference).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.code !== "unavailable") throw error;
      // It was deleted, or is no longer for this reader: what was open goes at once.
      forgetDrafts(reference);
      put(reference, { ...EMPTY, detail: null });
      throw new ApiError("gone");
    });
    putRow(detail.case);
    // Meanwhile the case may have been opened anew: what counts is what is open now.
    const { input } = shown.value ?? EMPTY_SHOWN;
    put(reference, { detail, more: input !== null && detail.index.length > input.index.length });
    if (isUnheard(shown.value)) put(reference, { error: null });
  });
}

/** Whether an open case still says that the server could not be reached. */
function isUnheard(now: Shown | null): boolean {
  return now !== null && now.opened !== null && now.error instanceof ApiError && UNHEARD.includes(now.error.code);
}

/** Take over the row that an act on the case answered. */
export function takeRow(row: CaseRow): void {
  putRow(row);
  const before = shown.value;
  if (before?.reference === row.reference && before.detail !== null) {
    put(row.reference, { detail: { ...before.detail, case: row } });
  }
  void refreshQueue();
}

/** The language in which a person wrote these words: what staff said of the case, else what the chat spoke. */
export function writtenIn(row: AnswerRow): string {
  const known = shown.value?.detail?.case;
  return known !== undefined && known.language !== known.locale && !isChoice(row) ? known.language : row.locale;
}

/** Seal a note to the readers of this case and give it to the server. */
export async function writeNote(words: string): Promise<void> {
  const { reference, input, opened, key } = ready();
  if (opened.facts === null) throw new ApiError("unavailable");
  await give(reference, "notes", await sealNote(input, opened.facts, key, words, dayText(new Date())));
  await openFacts(reference);
}

/** Seal a reply to the person's mailbox and to the case, and give it to the server. */
export async function writeReply(words: string, stage: string): Promise<void> {
  const { reference, input, opened, key } = ready();
  if (opened.facts === null || opened.mailbox === null) throw new ApiError("unavailable");
  const sealed = await sealReply(input, opened.facts, opened.mailbox, key, words, dayText(new Date()));
  await give(reference, "replies", stage === "" ? sealed : { ...sealed, stage });
  await openFacts(reference);
}

/** Ask the bot to send the one neutral line to the person's chat. */
export async function writeNudge(): Promise<void> {
  const { reference, opened } = ready();
  if (opened.ping === null) throw new ApiError("unavailable");
  await give(reference, "nudge", { token: opened.ping });
  await refreshCase();
}

async function openWith(reference: string, detail: CaseDetail, facts: unknown, identity: unknown): Promise<void> {
  const { key, keyring } = signedIn();
  put(reference, { step: "opening", detail });
  const input = caseInput(detail.raw, { facts, ...(identity === undefined ? {} : { identity }) });
  const opened = await openCase(input, [key.identity], keyring);
  const conversation = await wording(opened.view.digest);
  put(reference, { step: "open", error: null, facts, identity, input, opened, conversation, basis: detail, more: false });
}

/** The sealed facts and what the server says of the case, fitting each other even if something arrives meanwhile. */
async function fetchedFacts(reference: string): Promise<{ facts: unknown; detail: CaseDetail }> {
  const facts = await askFacts(reference);
  const detail = await asked(reference);
  if (filesIn(facts) === entries(detail, "facts")) return { facts, detail };
  return { facts: await askFacts(reference), detail: await asked(reference) };
}

/** What the server says of a case, and what time it is there. */
async function asked(reference: string): Promise<CaseDetail> {
  const detail = await askCase(reference);
  heard(detail.now);
  return detail;
}

function entries(detail: CaseDetail, compartment: "facts" | "identity"): number {
  return detail.index.filter((entry) => entry.compartment === compartment).length;
}

function filesIn(answer: unknown): number {
  const objects = typeof answer === "object" && answer !== null && "objects" in answer ? answer.objects : null;
  return Array.isArray(objects) ? objects.length : 0;
}

/** Without its conversation a case is still read, in the words that were asked. */
async function wording(digest: string): Promise<Conversation | null> {
  try {
    return /^[0-9a-f]{64}$/.test(digest) ? await conversationOf(digest) : null;
  } catch {
    return null;
  }
}

function ready(): { reference: string; input: CaseInput; opened: OpenedCase; key: Session["key"] } {
  const { reference, input, opened } = shown.value ?? EMPTY_SHOWN;
  if (input === null || opened === null) throw new ApiError("unavailable");
  return { reference, input, opened, key: signedIn().key };
}

function signedIn(): Session {
  if (session.value === null) throw new ApiError("signed_out");
  return session.value;
}

/** Change what is shown, unless another case is shown by now. */
function put(reference: string, change: Partial<Shown>): void {
  const before = shown.value;
  if (before?.reference === reference) shown.value = { ...before, ...change };
}

async function guarded(reference: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const step = shown.value?.opened === null || shown.value === null ? "closed" : "open";
    put(reference, { error, step });
  }
}

const EMPTY_SHOWN: Shown = { ...EMPTY, reference: "", step: "closed", detail: null, error: null };
