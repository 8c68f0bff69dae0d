// The first screen of a case, in the order in which it saves time at three in the morning: clock and holder, the way back
// (caseway.tsx), what is happening, what is allowed, who writes, why it is urgent, the near dates, what to do next.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { CaseDetail } from "../api/cases.ts";
import { languageName, urgencyName } from "../names.ts";
import { link } from "../route.ts";
import type { AnswerRow, CaseView } from "../sealing/index.ts";
import { minutesSince, now } from "../state/clock.ts";
import { happening, isChoice, isHard, linkedCase, mustAskReferral, nearDates, permissions, rowAt, values } from "../state/firstscreen.ts";
import { writtenIn, type Shown } from "../state/opened.ts";
import { flagWords, permissionWords, ruleWords } from "../state/terms.ts";
import { day, moment, span, t } from "../words.ts";
import { AnswerBody, labelsOf, type Wording } from "./answers.tsx";
import { Due, holderWords, isDue } from "./queue.tsx";
import { Translation } from "./translation.tsx";

/** So many letters are three lines on a phone. */
const CUT = 110;

export interface FirstProps {
  readonly shown: Shown;
  readonly detail: CaseDetail;
  readonly view: CaseView | null;
  readonly wording: Wording;
}

/** One part of the first screen under its heading. */
export function Item(props: { readonly title: string; readonly class?: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section class={`first ${props.class ?? ""}`}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** 1. When it came, how long is left, who has it; taking it is one press. */
export function ClockItem(props: { readonly detail: CaseDetail; readonly arrived: string; readonly onTake: () => void; readonly busy: boolean }): JSX.Element {
  const row = props.detail.case;
  const exact = row.arrived_exact ? row.arrived : props.arrived;
  const arrived =
    exact === "" ? t("Received on {day}", { day: day(row.arrived) }) : t("Received {span} ago", { span: span(minutesSince(exact)) });
  return (
    <section class="first first-clock" aria-label={t("Clock and holder")}>
      <p title={exact === "" ? undefined : moment(exact)}>
        {arrived} · {isDue(row) ? <><Due row={row} /> · </> : null}
        <strong>{holderWords(row)}</strong>
      </p>
      {row.status === "waiting" ? (
        <button type="button" class="main" disabled={props.busy} onClick={props.onTake}>
          {t("I take it")}
        </button>
      ) : null}
    </section>
  );
}

/** 3. What is happening: the choice, and their own words in the original. */
export function WhatItem(props: { readonly view: CaseView; readonly wording: Wording }): JSX.Element {
  const { view, wording } = props;
  const rows = happening(view);
  return (
    <Item title={t("What is happening")} class="first-what">
      {rows.length === 0 ? <p>{t("Nothing was said about it.")}</p> : null}
      {rows.map((row) => (
        <What key={`${row.node}-${String(isChoice(row))}`} row={row} view={view} wording={wording} />
      ))}
      <p class="small dim">
        {[...new Set(rows.map((row) => `${languageName(writtenIn(row))}, ${day(row.received_day)}`))].join(" · ")}
        {view.flags.includes("wants_to_talk") ? ` · ${flagWords("wants_to_talk") ?? ""}` : ""}
      </p>
    </Item>
  );
}

/** Long words are cut on a phone, so that what we may do stays in sight; one press shows all. */
function What(props: { readonly row: AnswerRow; readonly view: CaseView; readonly wording: Wording }): JSX.Element {
  const [all, setAll] = useState(false);
  const hard = isHard(props.view, props.row);
  const translation = <Translation row={props.row} view={props.view} />;
  const long = !isChoice(props.row) && !hard && values(props.row).join("\n").length > CUT;
  return (
    <div class={long && !all ? "what cut" : "what"}>
      <AnswerBody row={props.row} wording={props.wording} hard={hard}>
        {hard ? translation : null}
      </AnswerBody>
      {long && !all ? (
        <button type="button" class="quiet cut-more" onClick={() => setAll(true)}>
          {t("All of it")}
        </button>
      ) : null}
      {hard ? null : translation}
    </div>
  );
}

/** 4. What we may do with it. */
export function MayItem(props: { readonly view: CaseView; readonly withdrawn: boolean; readonly stale: boolean }): JSX.Element {
  // What was withdrawn is not open here yet: until it is, nothing counts as allowed.
  const allowed = props.stale ? [] : permissions(props.view);
  return (
    <Item title={t("What we may do")} class="first-may">
      {allowed.length === 0 ? (
        <p>
          <strong>{t("Read only. Nothing may leave this desk.")}</strong>
        </p>
      ) : (
        <ul class="plain">
          {allowed.map((row) => (
            <li key={row.node}>{permissionWords(row.node, row.value) ?? row.question}</li>
          ))}
        </ul>
      )}
      {props.withdrawn ? <p class="must">{t("A permission was withdrawn: look at Permissions.")}</p> : null}
      {mustAskReferral(props.view) ? <p class="small">{t("To ask: may a helping organisation be told?")}</p> : null}
    </Item>
  );
}

/** 5. Who writes, whether the person concerned agrees, in which language. */
export function WhoItem(props: { readonly detail: CaseDetail; readonly view: CaseView; readonly wording: Wording }): JSX.Element {
  const { detail, view, wording } = props;
  const about = rowAt(view, "B2_about_whom");
  const agreed = rowAt(view, "B3_their_consent");
  const age = rowAt(view, "C2_age");
  const said = [about, agreed, age].flatMap((row) => (row === undefined ? [] : labelsOf(row, wording)));
  const readers = detail.readers.filter((reader) => reader.on_duty && reader.languages.includes(detail.case.language));
  const flags = view.flags.filter((flag) => flag === "child" || flag === "person_has_not_agreed");
  const linked = linkedCase(view);
  return (
    <Item title={t("Who writes")} class="first-line">
      <p>
        {about === undefined ? t("Not said about whom") : t("About:")}{" "}
        {said.map((label, place) => (
          <span key={label.words} lang={label.lang}>
            {place === 0 ? "" : " · "}
            {label.words}
          </span>
        ))}
      </p>
      {flags.map((flag) => (
        <p key={flag} class="must">
          {flagWords(flag)}
        </p>
      ))}
      <p class="small">
        {languageName(detail.case.language)} ·{" "}
        {readers.length === 0
          ? t("nobody on duty reads it")
          : t("on duty and reads it: {names}", { names: readers.map((reader) => reader.name).join(", ") })}
        {linked === null ? null : (
          <>
            {" · "}
            <a href={link("case", linked)}>{t("same code: {reference}", { reference: linked })}</a>
          </>
        )}
      </p>
    </Item>
  );
}

/** 6. Why it is as urgent as it is. */
export function WhyItem(props: { readonly view: CaseView; readonly urgency: string }): JSX.Element {
  const { view, urgency } = props;
  const shownFlags = ["channel_compromised", "do_not_write_to_this_chat", "child", "person_has_not_agreed", "wants_to_talk"];
  const flags = view.flags.filter((flag) => !shownFlags.includes(flag)).flatMap((flag) => flagWords(flag) ?? []);
  const raised = view.urgency !== urgency;
  return (
    <Item title={t("Why: {urgency}", { urgency: urgencyName(urgency) })} class="first-why">
      <ul class="plain">
        {view.reasons.map((rule) => (
          <li key={rule}>{ruleWords(rule)}</li>
        ))}
        {flags.map((flag) => (
          <li key={flag}>{flag}</li>
        ))}
        {raised ? <li>{t("Set by staff; the rules say: {urgency}", { urgency: urgencyName(view.urgency) })}</li> : null}
        {view.reasons.length + flags.length === 0 && !raised ? <li>{t("No rule holds.")}</li> : null}
      </ul>
    </Item>
  );
}

/** 7. Dates in the next days. */
export function DatesItem(props: { readonly view: CaseView; readonly wording: Wording }): JSX.Element {
  const rows = nearDates(props.view);
  // Reckoned from the day on which it was said, which may be some days ago.
  const today = new Date(now.value).toISOString().slice(0, 10);
  return (
    <Item title={t("Dates in the next days")} class={rows.length === 0 ? "first-line" : ""}>
      {rows.length === 0 ? <p>{t("None was named.")}</p> : null}
      {rows.map((row) => (
        <div key={`${row.node}-${String(isChoice(row))}`}>
          <AnswerBody row={row} wording={props.wording} />
          {row.received_day === today ? null : <p class="small dim">{t("said on {day}", { day: day(row.received_day) })}</p>}
        </div>
      ))}
    </Item>
  );
}
