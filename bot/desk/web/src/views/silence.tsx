// Whether our last reply was read; while it waits, its age and what may be done by now. A hint, never a dialog.
import type { JSX } from "preact";
import type { CaseDetail } from "../api/cases.ts";
import type { CaseView, MessageRow } from "../sealing/index.ts";
import type { Shown } from "../state/opened.ts";
import { isLineAllowed, isTrustedAllowed, wantsWaiting } from "../state/reaching.ts";
import { rungOf, unreadable, type Rung } from "../state/silence.ts";
import { day, t } from "../words.ts";

const DAY = 86_400_000;

/** One line, or nothing where nothing was written to the person. */
export function SilenceLine(props: { readonly shown: Shown; readonly detail: CaseDetail; readonly view: CaseView }): JSX.Element | null {
  const { shown, detail, view } = props;
  const { unread_days, nudged_day, nudge_waiting, reply_read_day } = detail;
  if (unread_days === null) {
    return reply_read_day === null || view.messages.length === 0 ? null : (
      <p class="small silence">{t("Our reply was read on {day}.", { day: day(reply_read_day) })}</p>
    );
  }
  const since = dayBefore(detail.now, unread_days);
  const hidden = unreadableIn(view, detail);
  if (hidden.length > 0) {
    const said = new Set(hidden.map(unreadableWords));
    return (
      <p class="small silence">
        {[...said].map((words) => (
          <strong key={words}>{words} </strong>
        ))}
      </p>
    );
  }
  // One line for each reply: none is left where it was sent since this one began to wait.
  const left = !nudge_waiting && (nudged_day === null || nudged_day < since);
  const lineAllowed = left && isLineAllowed(view, shown.opened?.facts?.manifest?.nodes ?? [], detail.case.compromised) && !wantsWaiting(view);
  const rung = detail.case.status === "closed" ? "wait" : rungOf({ unreadDays: unread_days, lineAllowed, trustedAllowed: isTrustedAllowed(view) });
  const age = unread_days === 0 ? t("since today") : t("{d} d", { d: unread_days });
  return (
    <p class="small silence">
      {t("Our reply is unread: {age}.", { age })}
      {rung === null || rung === "wait" ? null : <strong> {hint(rung)}</strong>}
    </p>
  );
}

/** The replies that wait and that the person cannot be shown. */
export function unreadableIn(view: CaseView, detail: CaseDetail): readonly MessageRow[] {
  return detail.unread_days === null ? [] : unreadable(view.messages, dayBefore(detail.now, detail.unread_days));
}

/** Why a reply cannot be shown to the person, and what helps. */
export function unreadableWords(message: MessageRow): string {
  const name = message.author;
  return message.signed === null
    ? t("{name} is not in the list of keys now: the person cannot read this reply. Write it again.", { name })
    : t("The key that {name} has now did not sign this: the person cannot read this reply. Write it again.", { name });
}

function dayBefore(moment: string, days: number): string {
  return new Date(Date.parse(moment) - days * DAY).toISOString().slice(0, 10);
}

function hint(rung: Exclude<Rung, "wait">): string {
  switch (rung) {
    case "line":
      return t("One neutral line is possible.");
    case "trusted":
      return t("The person they trust may be asked.");
    case "close":
      return t("It may be closed: could not be reached.");
  }
}
