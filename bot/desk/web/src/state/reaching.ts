// By which ways a person asked to be reached, and when, taken from an opened case. Pure: codes and words in, no words out.
// What they did not ask for is never offered.
import type { AnswerRow, CaseView } from "../sealing/index.ts";
import { chosenAt, contactOf, isChoice, rowAt, values, waysBack } from "./firstscreen.ts";
import { ALWAYS, isInside, readHours, type Hours } from "./hours.ts";

const HOURS = "N3_hours";
const IF_SILENT = "N2_if_silent";
const LOCKED = "do_not_write_to_this_chat";

/** Whether the one neutral line to their chat is allowed; `answered` are the ids of the facts manifest. */
export function isLineAllowed(view: CaseView, answered: readonly string[], compromised: boolean): boolean {
  return contactOf(view, answered) === "this_chat_neutral" && !compromised && !view.flags.includes(LOCKED);
}

/** Whether they asked, should they fall silent, that a person they trust be contacted. */
export function isTrustedAllowed(view: CaseView): boolean {
  return chosenAt(view, IF_SILENT).includes("contact_trusted_person");
}

/** Whether they want us to wait, should they fall silent. */
export function wantsWaiting(view: CaseView): boolean {
  return chosenAt(view, IF_SILENT).includes("wait");
}

/** Whether this answer is a way that they wrote down, in the identity. */
export function isWrittenWay(view: CaseView, node: string): boolean {
  return node !== HOURS && node !== "N4_check_word" && waysBack(view).some((row) => row.node === node && !isChoice(row));
}

/** The hours they agreed to, where all that they chose and wrote of them can be read in one way only. The button stands in
 * the facts, what was written in the identity. */
export function hoursOf(view: CaseView): Hours | null {
  const asked = view.answers.filter((row) => row.node === HOURS).map(hoursIn);
  const beside = view.answers.filter((row) => isWrittenWay(view, row.node) && !isChoice(row)).flatMap((row) => hoursIn(row) ?? []);
  const [first, ...others] = [...asked, ...beside];
  if (first === undefined || first === null) return null;
  return others.every((each) => each?.from === first.from && each.until === first.until) ? first : null;
}

function hoursIn(row: AnswerRow): Hours | null {
  if (isChoice(row)) return values(row).includes("any_hour") ? ALWAYS : null;
  return readHours(values(row).join("\n"));
}

/** The country where the person concerned is; "" where it was not said. */
export function countryOf(view: CaseView): string {
  const row = rowAt(view, "C4_country_now");
  return row === undefined ? "" : (values(row)[0] ?? "");
}

/** Whether that country is where the writer is, whose hours they are: surely only of those who write about themselves. */
export function isWriterThere(view: CaseView): boolean {
  return chosenAt(view, "B2_about_whom").includes("myself");
}

/** Whether these minutes of the day lie in the hours: null where some do and some do not, or there are none. */
export function areInside(hours: Hours, minutes: readonly number[]): boolean | null {
  const inside = minutes.filter((minute) => isInside(hours, minute)).length;
  if (minutes.length === 0 || (inside > 0 && inside < minutes.length)) return null;
  return inside > 0;
}
