// By which ways a person asked to be reached, and when, taken from an opened case. Pure: codes and words in, no words out.
// What they did not ask for is never offered.
import type { CaseView } from "../sealing/index.ts";
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

/** The hours they agreed to, where these can be read in one way only: those asked for, else those beside the way. */
export function hoursOf(view: CaseView): Hours | null {
  const rows = waysBack(view);
  const asked = rows.filter((row) => row.node === HOURS);
  if (asked.some((row) => isChoice(row) && values(row).includes("any_hour"))) return asked.length === 1 ? ALWAYS : null;
  const written = (asked.length > 0 ? asked : rows.filter((row) => row.node !== "N4_check_word")).filter((row) => !isChoice(row));
  const [only] = written;
  return only === undefined || written.length > 1 ? null : readHours(values(only).join("\n"));
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
