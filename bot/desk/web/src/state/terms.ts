// What the codes inside an opened case mean, in words of the catalogue: rules of urgency, flags, permissions, problems.
// The codes of the server have their words in names.ts.
import { mark, t } from "../words.ts";
import { named } from "../names.ts";

type Names = Readonly<Record<string, string>>;

const RULES: Names = {
  R1a: mark("Said: in danger right now"),
  R1b: mark("Said: in danger in the coming days"),
  R2a: mark("Held and nobody has seen them, or missing"),
  R2b: mark("Taken or held, or somebody was killed"),
  R3a: mark("Treated badly or it is feared, and not known to be free"),
  R3b: mark("Treated badly"),
  R4a: mark("A threat to kill, with a date within a week"),
  R4b: mark("A threat to kill"),
  R5a: mark("Being sent back, and the date is near or not known, or they are held"),
  R5b: mark("May be sent back or called back"),
  R6: mark("Needs a doctor or medicine, and not known to be free"),
  R7a: mark("A date today or tomorrow, and custody is likely"),
  R7b: mark("A date within a week, or a serious accusation"),
  R8: mark("A child is concerned: one level higher"),
  R9: mark("The family is held, threatened or harmed"),
  R10: mark("The phone or account is in other hands"),
  R11: mark("Personal data was published, or there is a call to harm"),
  R12: mark("Stopped on the way to the United Nations in these days"),
  R14: mark("Attacked or injured"),
  R15: mark("Danger is possible, or it still goes on"),
};

const FLAGS: Names = {
  channel_compromised: mark("The phone or account is in other hands"),
  do_not_write_to_this_chat: mark("Do not write to this chat"),
  child: mark("A child is concerned"),
  person_has_not_agreed: mark("The person concerned has not agreed"),
  wants_to_talk: mark("Cannot write: wants to talk with a person"),
  closed_case: mark("Closed case: a lawyer must not tell"),
};

const PERMISSIONS: Names = {
  E1_consent_urgent: mark("We may keep and read the answers"),
  B1_consent_store: mark("We may keep and read the answers"),
  J6_referral: mark("To a helping organisation, named to them first"),
  J2_share_un: mark("To the UN human rights office, in confidence"),
  J3_letter: mark("UN letter to the government, with the name"),
  J4_public_letter: mark("The name stays in the published letter"),
  J5_sg_report: mark("In the Secretary-General's yearly report"),
  J7_numbers: mark("In yearly numbers, without details"),
};

const PROBLEMS: Names = {
  missing: mark("A part is missing"),
  swapped: mark("A part was exchanged"),
  foreign: mark("A part does not belong to this case"),
  unreadable: mark("A part cannot be read"),
  unproven: mark("A part is not proven to come from the same person"),
  keys: mark("The case key was not re-sealed by somebody known"),
};

/** A rule of urgency in words; its id where it has none here. */
export const ruleWords = (rule: string): string => named(RULES, rule);
/** What a permission allows; null for questions that are not known here. */
export function permissionWords(node: string, option: string): string | null {
  if (!Object.hasOwn(PERMISSIONS, node)) return null;
  const words = named(PERMISSIONS, node);
  if (option === "with_name") return t("{what}, with the name", { what: words });
  return option === "without_name" ? t("{what}, without a name", { what: words }) : words;
}

export const problemWords = (problem: string): string => named(PROBLEMS, problem);

/** A flag in words, without those that name another case. */
export function flagWords(flag: string): string | null {
  return flag.startsWith("linked:") ? null : named(FLAGS, flag);
}

/** How a sending ended. */
export function endingWords(ending: string): string {
  switch (ending) {
    case "silence":
      return t("Sent by itself after silence, as the person had chosen");
    case "leave":
      return t("Sent when the person left, as they had chosen");
    default:
      return t("Sent by the person");
  }
}
