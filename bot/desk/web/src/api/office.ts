// What the office asks the server: people, duty, the audit; each question, and the form its answer must have.
import { call, part, query } from "./client.ts";
import { LANGUAGE_NAMES, ROLE_NAMES, sessionList, type Language, type Role, type SessionRow } from "./signin.ts";
import { anything, dayText, flag, formed, list, maybe, momentText, number, oneOf, record, text, type Of } from "./shape.ts";

const name = text(64);
const fingerprint = formed(/^[0-9a-f]{64}$/);

const PERSON = record({
  name,
  roles: list(oneOf(ROLE_NAMES), 8),
  languages: list(oneOf(LANGUAGE_NAMES), 8),
  state: maybe(oneOf(["invited", "enrolled", "left"])),
  member: maybe(flag),
  key_not_after: maybe(momentText),
  last_seen_day: maybe(dayText),
  fingerprint: maybe(fingerprint),
});
const PEOPLE = list(PERSON, 1_000);
const LINK = record({ link: formed(/^https?:\/\/[\x21-\x7e]{1,1024}$/), until: momentText });
const CARD = record({ card: text(16_384), fingerprint });
const LEFT = record({ released: number, in_keyring: flag, serial: number });
const ENDED = record({ ended: number });

export type Person = Of<typeof PERSON>;
export type Link = Of<typeof LINK>;
export type Left = Of<typeof LEFT>;

export const people = (): Promise<readonly Person[]> => call("GET", "/api/people", PEOPLE);
export const invite = (who: string, roles: readonly Role[], languages: readonly Language[]): Promise<Link> =>
  call("POST", "/api/people", LINK, { name: who, roles, languages });
export const changePerson = (who: string, roles: readonly Role[], languages: readonly Language[]): Promise<unknown> =>
  call("PUT", `/api/people/${part(who)}`, anything, { roles, languages });
export const inviteAgain = (who: string): Promise<Link> => call("POST", `/api/people/${part(who)}/invitation`, LINK);
export const card = (who: string): Promise<Of<typeof CARD>> => call("GET", `/api/people/${part(who)}/card`, CARD);
export const offboard = (who: string): Promise<Left> => call("DELETE", `/api/people/${part(who)}`, LEFT);
export const sessionsOf = (who: string): Promise<readonly SessionRow[]> =>
  call("GET", `/api/people/${part(who)}/sessions`, sessionList);
export const endSessionsOf = (who: string): Promise<Of<typeof ENDED>> =>
  call("DELETE", `/api/people/${part(who)}/sessions`, ENDED);

const DUTY = record({
  zone: text(64),
  shifts: list(
    record({ days: list(text(16), 7), from: text(16), until: text(16), identity: flag, people: list(name, 200) }),
    200,
  ),
  now: list(name, 200),
  untold: list(name, 200),
  lead: maybe(name),
  file_text: text(65_536),
  version: text(64),
});

export type Duty = Of<typeof DUTY>;

export const duty = (): Promise<Duty> => call("GET", "/api/duty", DUTY);
export const changeDuty = (file: string, version: string): Promise<Duty> => call("PUT", "/api/duty", DUTY, { text: file, version });

const AUDIT = record({
  rows: list(
    record({
      number,
      at: formed(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      actor: text(128),
      act: text(32),
      reference: text(32),
      reason: maybe(text(64)),
      hash: fingerprint,
    }),
    500,
  ),
  next: maybe(number),
  head: record({ count: number, hash: text(64) }),
});

export type AuditPage = Of<typeof AUDIT>;

export const audit = (reference: string, after: number, limit: number): Promise<AuditPage> =>
  call("GET", `/api/audit${query({ reference, after, limit })}`, AUDIT);

const HEAD = record({ count: number, hash: text(64) });

/** The number of the last act. */
export const auditCount = async (): Promise<number> => (await call("GET", "/api/audit/head", HEAD)).count;
