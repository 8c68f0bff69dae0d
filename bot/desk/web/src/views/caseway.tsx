// The way back to a person, as the first screen shows it: what was agreed, the hours with the clocks of both places, and
// who has tried already. Their own words always stand; what was read from them stands under them.
import type { ComponentChildren, JSX } from "preact";
import type { CaseDetail } from "../api/cases.ts";
import { isAhead, minutesSince, now } from "../state/clock.ts";
import { contactOf, isChoice, rowAt, waysBack } from "../state/firstscreen.ts";
import { ALWAYS, type Hours } from "../state/hours.ts";
import { areInside, countryOf, hoursOf, isWriterThere } from "../state/reaching.ts";
import { minuteOfDay, offsetsAt, timeText } from "../state/zones.ts";
import type { CaseView } from "../sealing/index.ts";
import { clock, day, mark, span, t, zonesOf } from "../words.ts";
import { AnswerBody, labelsOf, questionOf, type Wording } from "./answers.tsx";
import { Item, type FirstProps } from "./casefirst.tsx";

const CONTACT_WORDS: Readonly<Record<string, string>> = {
  this_chat_neutral: mark("Only a neutral “Hello” in this chat; all else waits for the code."),
  code_only: mark("Do not write. They come back with the code."),
  other: mark("A way they wrote down: it stands in the identity."),
  none: mark("No way was agreed: do not write. They may come back with the code."),
};

/** 2. May I write, and how. `children` is the way to open the written contact. */
export function WayItem(props: FirstProps & { readonly children: ComponentChildren }): JSX.Element {
  const { detail, view, wording, shown } = props;
  const row = detail.case;
  const locked = view?.flags.includes("do_not_write_to_this_chat") === true;
  const kind = view === null ? null : contactOf(view, shown.opened?.facts?.manifest?.nodes ?? []);
  const ways = view === null ? [] : waysBack(view);
  const state = [
    row.left_early ? t("left early") : "",
    row.has_code ? t("has the code") : t("has no code"),
    row.live_until !== null && isAhead(row.live_until)
      ? t("chat open for {span}", { span: span(-minutesSince(row.live_until)) })
      : t("chat closed"),
    view === null ? "" : placeWords(view, wording),
    triesWords(detail),
  ].filter((each) => each !== "");
  return (
    <Item title={t("May I write, and how")}>
      <Writing doubted={row.compromised} flagged={view?.flags.includes("channel_compromised") === true} />
      {locked ? <p class="must">{t("Do not write to this chat.")}</p> : null}
      {kind === null || (kind === "other" && ways.length > 0) ? null : <p>{t(CONTACT_WORDS[kind] ?? "")}</p>}
      {ways.map((way) => (
        <div key={`${way.node}-${String(isChoice(way))}`} class="way of-identity">
          <span class="small dim" lang={questionOf(way, wording).lang}>
            {questionOf(way, wording).words.split("\n")[0]}
          </span>
          <AnswerBody row={way} wording={wording} />
        </div>
      ))}
      {view === null || ways.length === 0 ? null : <AgreedHours view={view} />}
      <p class="small way-state">{state.join(" · ")}</p>
      {props.children}
    </Item>
  );
}

/** Whether somebody else holds the phone: said by the person, or by staff since. */
function Writing(props: { readonly doubted: boolean; readonly flagged: boolean }): JSX.Element | null {
  if (props.doubted) return <p class="must">{props.flagged ? t("The phone or account is in other hands.") : t("Somebody else may be writing.")}</p>;
  return props.flagged ? <p>{t("The phone was in other hands. A colleague wrote down: it is the person again.")}</p> : null;
}

/** The hours as they were read, and whether it is one of them there now; only clocks where they were not understood. */
function AgreedHours(props: { readonly view: CaseView }): JSX.Element | null {
  const { view } = props;
  const hours = hoursOf(view);
  const there = minutesThere(view);
  if (hours === null) {
    return there.length === 0 ? null : <p class="small hours of-identity">{t("Here {here}, there {there}.", { here: clock(new Date(now.value)), there: between(there) })}</p>;
  }
  const values = { hours: hoursWords(hours), there: between(there) };
  // The country is that of the person concerned: whether the hours of somebody else are kept there is not known.
  const inside = isWriterThere(view) || hours === ALWAYS ? areInside(hours, there) : null;
  if (inside === null) return <p class="small hours of-identity">{t("As read: {hours}, in their own time.", values)}</p>;
  return inside ? (
    <p class="small hours of-identity">{t("As read: {hours}, there it is {there}: inside the hours now.", values)}</p>
  ) : (
    <p class="must small hours of-identity">{t("As read: {hours}, there it is {there}: outside the hours now.", values)}</p>
  );
}

/** What was tried already, and by whom: the last one, and how many there were. */
function triesWords(detail: CaseDetail): string {
  const { tries } = detail;
  const last = tries.at(-1);
  if (last === undefined) return "";
  const values = { day: day(last.day), name: last.who };
  const words = last.way === "agreed" ? t("tried on {day} by {name}", values) : t("the person they trust was contacted on {day} by {name}", values);
  return tries.length === 1 ? words : `${words} · ${t("tries so far: {n}", { n: tries.length })}`;
}

function placeWords(view: CaseView, wording: Wording): string {
  const row = rowAt(view, "C4_country_now");
  const there = minutesThere(view);
  const [label] = row === undefined ? [] : labelsOf(row, wording);
  if (there.length === 0 || label === undefined) return "";
  return t("{country}: {there} there, {here} here", { country: label.words, there: between(there), here: clock(new Date(now.value)) });
}

/** What time it is in their country, once for each offset of its zones; none where that is not known. */
function minutesThere(view: CaseView): readonly number[] {
  return offsetsAt(zonesOf(countryOf(view)), now.value).map((offset) => minuteOfDay(now.value, offset));
}

/** One clock, or from the west of a country to its east. */
function between(minutes: readonly number[]): string {
  const [first, last] = [minutes[0], minutes.at(-1)];
  if (first === undefined || last === undefined) return "";
  return minutes.length === 1 ? timeText(first) : t("{from} to {to}", { from: timeText(first), to: timeText(last) });
}

function hoursWords(hours: Hours): string {
  const from = timeText(hours.from);
  const until = timeText(hours.until);
  if (hours === ALWAYS) return t("any hour");
  if (hours.until === ALWAYS.until) return t("from {time}", { time: from });
  return hours.from === 0 ? t("until {time}", { time: until }) : `${from}–${until}`;
}
