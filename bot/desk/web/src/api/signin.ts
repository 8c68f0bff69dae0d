// Requests around signing in and enrolment, with the shapes of their answers. No key and no view lives here.
import { call, part } from "./client.ts";
import { anything, flag, formed, list, maybe, momentText, nothing, number, oneOf, record, text, type Of } from "./shape.ts";

export const ROLE_NAMES = ["reviewer", "identity", "lead", "administrator", "auditor"] as const;
export const LANGUAGE_NAMES = ["en", "ru", "tg", "uz", "ky", "kk", "fa", "sgh"] as const;
export type Role = (typeof ROLE_NAMES)[number];
export type Language = (typeof LANGUAGE_NAMES)[number];

const name = text(64);
const roles = list(oneOf(ROLE_NAMES), 8);
const languages = list(oneOf(LANGUAGE_NAMES), 8);

const ABOUT = record({
  version: text(64),
  deployment: text(64),
  page: record({ hash: text(128) }),
  server: text(512),
});
const ME = record({
  name,
  roles,
  languages,
  member: flag,
  compartments: list(oneOf(["facts", "identity"]), 2),
  key_not_after: maybe(momentText),
  keyring: record({ serial: number, not_after: text(32), days_left: wholeNumber }),
  duty: record({ now: flag, until: maybe(text(32)) }),
  linked: flag,
});
const INVITATION = record({
  name,
  roles,
  languages,
  deployment: text(64),
  server: text(512),
  compartments: list(oneOf(["facts", "identity"]), 2),
});
const SECRET = record({ totp_uri: formed(/^otpauth:\/\/totp\/[\x21-\x7e]{1,1024}$/), totp_secret: formed(/^[A-Z2-7]{16,128}=*$/) });
const CHALLENGE = record({ challenge: text(256) });
const TOKEN = record({ token: formed(/^[0-9a-f]{64}$/) });

export type About = Of<typeof ABOUT>;
export type Me = Of<typeof ME>;
export type Invitation = Of<typeof INVITATION>;
export type Secret = Of<typeof SECRET>;

export const about = (): Promise<About> => call("GET", "/api/about", ABOUT);
export const me = (): Promise<Me> => call("GET", "/api/me", ME);
export const keyringFile = async (): Promise<string> =>
  (await call("GET", "/api/keyring", record({ file: text(1_048_576) }))).file;

/** Leave a line in the audit: the own key opened the made-up case. */
export const drilled = (): Promise<unknown> => call("POST", "/api/me/drill", anything);

export const challenge = async (who: string): Promise<string> =>
  (await call("POST", "/api/sign-in/challenge", CHALLENGE, { name: who })).challenge;

export const signIn = async (given: {
  readonly name: string;
  readonly challenge: string;
  readonly signature: string;
  readonly totp?: string;
  readonly passkey?: unknown;
}): Promise<string> => (await call("POST", "/api/sign-in", TOKEN, given)).token;

const OPTIONS = record({ options: anything });

export const passkeyForSignIn = async (who: string): Promise<unknown> =>
  (await call("POST", "/api/sign-in/passkey-options", OPTIONS, { name: who })).options;
export const passkeyToMake = async (): Promise<unknown> => (await call("POST", "/api/passkeys/options", OPTIONS)).options;
export const addPasskey = (credential: unknown): Promise<unknown> => call("POST", "/api/passkeys", anything, credential);

export const look = (token: string): Promise<Invitation> => call("POST", "/api/enrolment/look", INVITATION, { token });
export const enrol = (given: {
  readonly token: string;
  readonly recipient: string;
  readonly verifier: string;
  readonly not_after: string;
  readonly signature: string;
}): Promise<Secret> => call("POST", "/api/enrolment", SECRET, given);
export const confirm = (token: string, totp: string): Promise<null> =>
  call("POST", "/api/enrolment/confirm", nothing, { token, totp });

export const sessionList = list(
  record({ id: formed(/^[0-9a-f]{2,64}$/), place: text(32), created_at: momentText, seen_at: momentText, current: flag }),
  1_000,
);
export type SessionRow = Of<typeof sessionList>[number];

export const sessions = (): Promise<readonly SessionRow[]> => call("GET", "/api/sessions", sessionList);
export const endSession = (id: string): Promise<null> => call("DELETE", `/api/sessions/${part(id)}`, nothing);

const LINK_CODE = record({ code: text(64), until: momentText });
export type LinkCode = Of<typeof LINK_CODE>;
export const linkCode = (): Promise<LinkCode> => call("POST", "/api/link-code", LINK_CODE, {});


function wholeNumber(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : number(value);
}
