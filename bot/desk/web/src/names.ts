// What people call the codes of the server: one table for each, with words of the catalogue. An unknown code is shown as
// it is, since a newer server may know more.
import { mark, t } from "./words.ts";

type Names = Readonly<Record<string, string>>;

export const URGENCIES: Names = {
  critical: mark("Critical"),
  high: mark("High"),
  medium: mark("Medium"),
  routine: mark("Routine"),
};

export const STAGES: Names = {
  received: mark("Received"),
  triage: mark("First check"),
  under_review: mark("Under review"),
  info_requested: mark("More information needed"),
  awaiting_consent: mark("Waiting for the person's decision"),
  verified: mark("Checked"),
  referred: mark("Passed on with consent"),
  action_taken: mark("Action taken"),
  awaiting_reply: mark("Waiting for a reply"),
  follow_up: mark("Follow-up"),
  out_of_mandate: mark("Outside our task, contacts given"),
  duplicate: mark("Already registered"),
};

export const STATUSES: Names = {
  waiting: mark("Nobody has it"),
  claimed: mark("Somebody has it"),
  closed: mark("Closed"),
};

export const ROLES: Names = {
  reviewer: mark("Reviewer"),
  identity: mark("Identity officer"),
  lead: mark("Lead"),
  administrator: mark("Administrator"),
  auditor: mark("Auditor"),
};

/** What staff read, and what a case may be written in. */
export const LANGUAGES: Names = {
  en: mark("English"),
  ru: mark("Russian"),
  tg: mark("Tajik"),
  uz: mark("Uzbek"),
  ky: mark("Kyrgyz"),
  kk: mark("Kazakh"),
  fa: mark("Persian, Dari"),
  sgh: mark("Shughni"),
};

export const PERSON_STATES: Names = {
  invited: mark("Invited"),
  enrolled: mark("Enrolled"),
  left: mark("Left"),
};

export const CLOSE_REASONS: Names = {
  handled: mark("What could be done was done"),
  referred: mark("Another body has it, with consent"),
  no_consent: mark("The person allows no use"),
  no_link: mark("Not about working with the United Nations"),
  no_contact: mark("The person could not be reached"),
  duplicate: mark("Already registered under another reference"),
  test: mark("A test"),
  abuse: mark("Abuse"),
};

export const LOWER_REASONS: Names = {
  mistaken: mark("The rule was mistaken"),
  resolved: mark("The danger is over"),
  duplicate: mark("Already registered under another reference"),
  test: mark("A test"),
  abuse: mark("Abuse"),
};

export const IDENTITY_REASONS: Names = {
  imminent_danger: mark("Imminent danger"),
  contact_person: mark("To contact the person"),
  verify_person: mark("To make sure who it is"),
  prepare_letter: mark("To prepare a letter"),
  consent_question: mark("To ask about consent"),
};

export const WAYS: Names = { agreed: mark("in the way they chose"), trusted: mark("the person they trust") };

const CALLED: Names = { reader: mark("a reader of the language"), lead: mark("the lead") };

/** Why the server itself gave a case back. */
const GIVEN_BACK: Names = { offboard: mark("the access of its holder ended"), roles: mark("the roles of its holder changed") };

const WRITERS: Names = { doubted: mark("somebody else may be writing"), trusted: mark("it is the person again") };

export const COMPARTMENT_NAMES: Names = { facts: mark("Facts"), identity: mark("Identity") };

export const PLACES: Names = { hosted: mark("Page of the server"), local: mark("Desk on an own computer") };

export const ACTS: Names = {
  read: mark("opened the case"),
  identity: mark("opened the identity"),
  claim: mark("took the case"),
  release: mark("gave the case back"),
  transfer: mark("handed the case over"),
  recuse: mark("stepped aside from the case"),
  close: mark("closed the case"),
  stage: mark("changed the stage"),
  urgency: mark("changed the urgency"),
  note: mark("wrote a note"),
  reply: mark("wrote a reply"),
  mailbox: mark("wrote into its mailbox from another case"),
  call: mark("called"),
  nudge: mark("sent the one neutral line to the chat"),
  tried: mark("tried to reach the person"),
  writer: mark("said who writes"),
  language: mark("said in which language it is written"),
  rewrap: mark("sealed the case key anew"),
  export: mark("exported the sealed case"),
  invite: mark("invited a person"),
  enrol: mark("enrolled"),
  offboard: mark("ended a person's access"),
  roles: mark("changed a person's roles"),
  sign_in: mark("signed in"),
  sign_out: mark("signed out"),
  revoke: mark("ended a session"),
  duty: mark("changed the duty roster"),
  link: mark("linked the staff bot"),
  unlink: mark("unlinked the staff bot"),
  key_drill: mark("did the key drill"),
};

/** The word for a code. */
export function named(names: Names, code: string): string {
  const text = Object.hasOwn(names, code) ? names[code] : undefined;
  return text === undefined ? code : t(text);
}

export const urgencyName = (code: string): string => named(URGENCIES, code);
export const stageName = (code: string): string => named(STAGES, code);
export const statusName = (code: string): string => named(STATUSES, code);
export const roleName = (code: string): string => named(ROLES, code);
export const languageName = (code: string): string => named(LANGUAGES, code);
export const closeReasonName = (code: string): string => named(CLOSE_REASONS, code);
export const identityReasonName = (code: string): string => named(IDENTITY_REASONS, code);
export const actName = (code: string): string => named(ACTS, code);

/** `desk:NAME` of the audit as people say it: from where, unless it was the desk. */
export function actorName(actor: string): string {
  const [from = "", name = ""] = actor.split(/:(.*)/s, 2);
  switch (from) {
    case "desk":
      return name;
    case "bot":
      return t("{name} (staff bot)", { name });
    case "console":
      return t("{name} (console)", { name });
    default:
      return actor;
  }
}

/** The reason that stands with an act. */
export function reasonWords(act: string, reason: string): string {
  switch (act) {
    case "identity":
      return named(IDENTITY_REASONS, reason);
    case "close":
      return named(CLOSE_REASONS, reason);
    case "urgency":
      return urgencyWords(reason);
    case "stage":
    case "reply":
      return named(STAGES, reason);
    case "release":
      return named(GIVEN_BACK, reason);
    case "call":
      return named(CALLED, reason);
    case "enrol":
      return reason === "passkey" ? t("a passkey") : reason;
    case "tried":
      return named(WAYS, reason);
    case "writer":
      return named(WRITERS, reason);
    case "language":
      return languageName(reason);
    case "rewrap":
      return rewrapWords(reason);
    default:
      return reason;
  }
}

/** `critical>medium mistaken`: from which level to which, and why it was lowered. */
function urgencyWords(reason: string): string {
  const found = /^([a-z]+)>([a-z]+)(?: ([a-z]+))?$/.exec(reason);
  if (found === null) return reason;
  const [, from = "", to = "", why = ""] = found;
  const change = t("from {from} to {to}", { from: urgencyName(from), to: urgencyName(to) });
  return why === "" ? change : `${change}, ${named(LOWER_REASONS, why)}`;
}

/** Of which part the key was sealed anew; or fetched for that; or put back. */
function rewrapWords(reason: string): string {
  if (reason === "keys") return t("fetched the key for it");
  const [, part] = /^restore ([a-z]+)$/.exec(reason) ?? [];
  return part === undefined ? named(COMPARTMENT_NAMES, reason) : t("put the key before back: {part}", { part: named(COMPARTMENT_NAMES, part) });
}
