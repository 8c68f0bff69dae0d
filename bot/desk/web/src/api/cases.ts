// Everything the desk asks the server about cases: each question, and the form its answer must have. What is sealed goes
// through unread; only the sealing library believes or refuses it.
import { anything, dayText, flag, formed, list, maybe, momentText, nothing, number, oneOf, record, text, whenText } from "./shape.ts";
import { call, part, query } from "./client.ts";
import { ShapeError, type Of } from "./shape.ts";

export const VIEWS = ["unassigned", "mine", "overdue", "open", "waiting", "closed"] as const;
export const URGENCY_CODES = ["critical", "high", "medium", "routine"] as const;
export const STAGE_CODES = [
  "received",
  "triage",
  "under_review",
  "info_requested",
  "awaiting_consent",
  "verified",
  "referred",
  "action_taken",
  "awaiting_reply",
  "follow_up",
  "out_of_mandate",
  "duplicate",
] as const;

const REFERENCE = /^PN-[0-9A-Z]{4}-[0-9A-Z]{4}$/;
const reference = formed(REFERENCE);
const name = text(64);
const compartment = oneOf(["facts", "identity"]);
const language = formed(/^[a-z]{2,3}(?:_[A-Z]{2})?$/);

const row = record({
  reference,
  urgency: oneOf(URGENCY_CODES),
  locale: language,
  language,
  status: oneOf(["waiting", "claimed", "closed"]),
  stage: oneOf(STAGE_CODES),
  holder: maybe(name),
  arrived: whenText,
  arrived_exact: flag,
  due: maybe(momentText),
  overdue: flag,
  paused: flag,
  read: flag,
  news: flag,
  left_early: flag,
  has_code: flag,
  compromised: flag,
  withdrawn: flag,
  live_until: maybe(momentText),
  erased_on: maybe(dayText),
  may_open: flag,
});

const page = record({
  now: momentText,
  cases: list(row, 200),
  next: maybe(text(1_024)),
  counts: record({ unassigned: number, mine: number, overdue: number, open: number, waiting: number, closed: number }),
});

const detail = record({
  now: momentText,
  case: row,
  conversation: record({ digest: formed(/^[0-9a-f]{64}$/) }),
  index: list(record({ kind: text(32), compartment }), 16_384),
  rewraps: list(record({ object: formed(/^[0-9a-f]{32}$/), compartment, version: number, serial: number, author: name }), 1_000),
  mailbox: flag,
  nudged_day: maybe(dayText),
  nudge_waiting: flag,
  reply_read_day: maybe(dayText),
  unread_days: maybe(number),
  tries: list(record({ day: dayText, who: name, way: oneOf(["agreed", "trusted"]) }), 20),
  identity_open: flag,
  readers: list(record({ name, on_duty: flag, languages: list(text(16), 16), compartments: list(compartment, 2), lead: flag }), 1_000),
});

const acted = record({ case: row });
const rewraps = record({
  cases: list(record({ reference, compartments: list(compartment, 2) }), 1_000),
  next: maybe(text(1_024)),
  serial: number,
});

export type View = (typeof VIEWS)[number];
export type CaseRow = Of<typeof row>;
export type CasePage = Of<typeof page>;
export type RewrapPage = Of<typeof rewraps>;
export type RewrapCase = RewrapPage["cases"][number];

/** What is known of a case before it is opened. `raw` is the whole answer, for the sealing library. */
export interface CaseDetail extends Of<typeof detail> {
  readonly raw: unknown;
}

/** Whether a text of the address line can be a reference at all. */
export function isReference(value: string): boolean {
  return REFERENCE.test(value);
}

const at = (of: string, rest = ""): string => `/api/cases/${part(of)}${rest}`;

export function askCases(filters: Readonly<Record<string, string | number>>): Promise<CasePage> {
  return call("GET", `/api/cases${query(filters)}`, page);
}

export function askCase(of: string, signal?: AbortSignal): Promise<CaseDetail> {
  const read = (value: unknown): CaseDetail => {
    const known = detail(value);
    if (known.case.reference !== of) throw new ShapeError("the case that was asked for");
    return { ...known, raw: value };
  };
  return call("GET", at(of), read, undefined, signal === undefined ? {} : { signal });
}

/** The sealed files of the facts; the server writes down that they were read. */
export function askFacts(of: string): Promise<unknown> {
  return call("POST", at(of, "/facts"), anything, {});
}

/** The sealed files of the identity; the server writes down who asked and why. */
export function askIdentity(of: string, reason: string): Promise<unknown> {
  return call("POST", at(of, "/identity"), anything, { reason });
}

/** The text of a conversation; whoever asks checks it against the digest. */
export async function askConversation(digest: string): Promise<string> {
  const found = await call("GET", `/api/conversations/${part(digest)}`, record({ text: text(8_000_000) }));
  return found.text;
}

/** Something done to a case; the answer is its new row. */
export async function act(of: string, what: string, body: Readonly<Record<string, unknown>> = {}): Promise<CaseRow> {
  return (await call("POST", at(of, `/${what}`), acted, body)).case;
}

/** Never be shown a case again. */
export async function recuse(of: string): Promise<void> {
  await call("POST", at(of, "/recuse"), nothing, {});
}

/** The case-key files that this person may seal anew. */
export function askCaseKeys(of: string): Promise<unknown> {
  return call("POST", at(of, "/rewraps/keys"), anything, {});
}

/** Put the case-key file before the last one back. */
export async function restoreKey(of: string, which: "facts" | "identity"): Promise<void> {
  await call("POST", at(of, "/rewraps/restore"), nothing, { compartment: which });
}

/** Something sealed, given to a case. */
export async function give(of: string, what: "notes" | "replies" | "nudge" | "rewraps", body: unknown): Promise<void> {
  await call("POST", at(of, `/${what}`), anything, body);
}

/** Ask that somebody else is told of this case at once; the answer is how many were. */
export async function callHelp(of: string, whom: "reader" | "lead"): Promise<number> {
  return (await call("POST", at(of, "/call"), record({ told: number }), { whom })).told;
}

export function askRewraps(after: string): Promise<RewrapPage> {
  return call("GET", `/api/rewraps${query({ after })}`, rewraps);
}

/** The names of staff to whom a case can be handed, and what they read. */
export function askNames(): Promise<readonly { readonly name: string; readonly languages: readonly string[] }[]> {
  return call("GET", "/api/people", list(record({ name, languages: list(text(16), 16) }), 1_000));
}

