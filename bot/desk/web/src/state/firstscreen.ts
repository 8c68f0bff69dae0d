// What must be known within thirty seconds, taken from an opened case: the ways back, what is allowed, who writes, the
// near dates. Pure: codes in, codes out; the words are given where it is shown.
import type { AnswerRow, CaseView, ConsentRow } from "../sealing/index.ts";

const CONTACT_QUESTIONS = ["E4_contact", "E4b_contact_no_text", "N1_contact"];
const STORING = ["E1_consent_urgent", "B1_consent_store"];
const GRANTING = ["allow", "yes", "with_name", "without_name", "yes_send", "yes_delete"];
const SOON = ["today_tomorrow", "within_week"];
const WHAT = ["E2_what_now", "F1_main"];
const OWN_WORDS = ["F2_story", "O1_more_words"];
const HARD: Readonly<Record<string, readonly string[]>> = {
  F1_life: ["killing", "physical_attack", "torture", "sexual_violence"],
  E2_what_now: ["attack_or_injury"],
  T1_ill_treatment: ["yes_last_14_days", "yes_earlier"],
  T1_after_attack: ["yes_last_14_days", "yes_earlier"],
};

export type Contact = "this_chat_neutral" | "code_only" | "other" | "none";

/** How the person may be reached; `answered` are the ids of the facts manifest, where questions of both parts stand. */
export function contactOf(view: CaseView, answered: readonly string[]): Contact {
  for (const node of CONTACT_QUESTIONS) {
    const chosen = chosenAt(view, node);
    if (chosen.includes("this_chat_neutral")) return "this_chat_neutral";
    if (chosen.includes("code_only")) return "code_only";
    if (answered.includes(node)) return "other";
  }
  return "none";
}

/** Whether there is something in the identity that helps to reach the person. */
export function isContactWritten(view: CaseView | null, answered: readonly string[]): boolean {
  if (view === null) return false;
  return contactOf(view, answered) === "other" || WRITTEN.some((node) => answered.includes(node));
}

const WRITTEN = ["N3_hours", "N4_check_word", "N5_trusted", "C1_name"];

/** The written ways, hours and agreed words; only there when the identity is open. */
export function waysBack(view: CaseView): readonly AnswerRow[] {
  const wanted = [...CONTACT_QUESTIONS, "N3_hours", "N4_check_word"];
  return view.answers.filter((row) => row.compartment === "identity" && wanted.includes(row.node));
}

/** What is happening: the choice, then the few words. */
export function happening(view: CaseView): readonly AnswerRow[] {
  const choices = view.answers.filter((row) => WHAT.includes(row.node));
  const words = view.answers.filter((row) => row.node === "E3_who_where");
  return [...choices, ...(words.length > 0 ? words : view.answers.filter((row) => OWN_WORDS.includes(row.node)).slice(0, 1))];
}

/** Whether it holds now: given, proven, not withdrawn. */
export function holds(row: ConsentRow): boolean {
  return row.withdrawn_day === null && GRANTING.includes(row.value);
}

/** The permissions to use what was told outside; keeping and reading is none. */
export function permissions(view: CaseView): readonly ConsentRow[] {
  return view.consents.filter((row) => !STORING.includes(row.node) && holds(row));
}

/** Whether the person was not asked yet if a helping organisation may be told. */
export function mustAskReferral(view: CaseView): boolean {
  const asked = view.consents.find((row) => row.node === "J6_referral");
  return asked === undefined || asked.value === "ask_later";
}

/** The dates in the next days, as the person chose them. */
export function nearDates(view: CaseView): readonly AnswerRow[] {
  const soon = new Set(
    view.answers.filter((row) => row.kind === "date" && isChoice(row) && values(row).some((each) => SOON.includes(each))).map((row) => row.node),
  );
  return view.answers.filter((row) => row.kind === "date" && (soon.has(row.node) || (!isChoice(row) && UPCOMING.includes(row.node))));
}

const UPCOMING = ["L3_next_date", "V2_date", "H3_deadline"];

/** Whether the words of an answer may describe violence, and so are folded. */
export function isHard(view: CaseView, row: AnswerRow): boolean {
  if (isChoice(row)) return false;
  if (row.node === "X1_death") return true;
  const told = Object.entries(HARD).some(([node, options]) => chosenAt(view, node).some((each) => options.includes(each)));
  return told && (OWN_WORDS.includes(row.node) || row.node === "F7_who_detail" || row.node === "H2_words");
}

/** The other case of the same code, if the person began one. */
export function linkedCase(view: CaseView): string | null {
  return view.flags.find((flag) => flag.startsWith("linked:"))?.slice("linked:".length) ?? null;
}

export function chosenAt(view: CaseView, node: string): readonly string[] {
  return view.answers.filter((row) => row.node === node && isChoice(row)).flatMap(values);
}

export function rowAt(view: CaseView, node: string): AnswerRow | undefined {
  return view.answers.find((row) => row.node === node && isChoice(row));
}

/** Whether the answer is one of buttons, not of words. */
export function isChoice(row: AnswerRow): boolean {
  return row.labels.length > 0;
}

/** Whether an answer tells something: choosing a language and pressing Send are said elsewhere. */
export function saysSomething(row: AnswerRow): boolean {
  return row.node !== "A1_language" && row.node !== "Z1_send";
}

/** The options, or the one text, of an answer. */
export function values(row: AnswerRow): readonly string[] {
  return typeof row.value === "string" ? [row.value] : row.value;
}
