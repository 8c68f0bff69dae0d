// Who is on duty, and the roster as its file; leads edit the text. A text that cannot be read, or that was begun before
// another lead saved theirs, changes nothing.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import * as api from "../api/office.ts";
import { useAct, useAsked } from "../asking.ts";
import { ErrorNote, Field, Notice, Page } from "../parts.tsx";
import { announce, session } from "../session.ts";
import { t, weekday } from "../words.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export function Duty(): JSX.Element {
  const { value, error, again } = useAsked(api.duty);
  const leads = session.value?.me.roles.includes("lead") === true;
  return (
    <Page title={t("Duty")} lead={value === null || value.zone === "" ? undefined : t("Hours of {zone}", { zone: value.zone })}>
      <ErrorNote error={error} />
      {value === null ? null : (
        <>
          <Notice kind={value.now.length > 0 ? "good" : "warning"}>
            {value.now.length > 0
              ? t("On duty now: {names}", { names: value.now.join(", ") })
              : t("Nobody is on duty now. New critical cases wake the lead.")}
          </Notice>
          {value.untold.length > 0 ? (
            <Notice kind="warning">
              {t("The staff bot cannot tell them now, since no chat is linked or they asked for quiet: {names}", {
                names: value.untold.join(", "),
              })}
            </Notice>
          ) : null}
          <Shifts duty={value} />
          {leads && value.file_text !== "" ? <Editor duty={value} onSaved={again} /> : null}
        </>
      )}
    </Page>
  );
}

function Shifts(props: { readonly duty: api.Duty }): JSX.Element {
  const { shifts, lead } = props.duty;
  if (shifts.length === 0) return <p>{t("There is no roster: the operator names its file in the settings of the server.")}</p>;
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("Shifts of the week")}>
        <table class="table">
          <caption>{t("Shifts of the week")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("Days")}</th>
              <th scope="col">{t("Hours")}</th>
              <th scope="col">{t("Who, in this order")}</th>
              <th scope="col">{t("Identity key")}</th>
            </tr>
          </thead>
          <tbody>
            {shifts.map((shift, place) => (
              <tr key={place}>
                <th scope="row">{daysNamed(shift.days)}</th>
                <td class="when">
                  {shift.from}–{shift.until}
                </td>
                <td>{shift.people.length === 0 ? "–" : shift.people.join(", ")}</td>
                <td>{shift.identity ? t("yes") : t("no")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>{lead === null ? t("No lead is named in the roster.") : t("Lead, told after 15 minutes: {name}", { name: lead })}</p>
    </>
  );
}

function Editor(props: { readonly duty: api.Duty; readonly onSaved: () => void }): JSX.Element {
  const [text, setText] = useState(props.duty.file_text);
  const [saved, setSaved] = useState(false);
  const work = useAct();
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        work.act(async () => {
          try {
            await api.changeDuty(text, props.duty.version);
            setSaved(true);
            announce(t("The roster is saved."));
          } finally {
            // Also after a refusal: then what stands there by now is seen before it is saved over.
            props.onSaved();
          }
        });
      }}
    >
      <h2>{t("The roster's file")}</h2>
      <ErrorNote error={work.error} />
      {saved ? <Notice kind="good">{t("The roster is saved.")}</Notice> : null}
      <Field label={t("Text of the file")} hint={t("One table [[shift]] for each shift; people are told in the order of their names in it.")}>
        {(ids) => (
          <textarea
            {...ids}
            class="mono"
            rows={18}
            spellcheck={false}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setSaved(false);
            }}
          />
        )}
      </Field>
      <div class="row">
        <button type="button" class="quiet" disabled={text === props.duty.file_text} onClick={() => setText(props.duty.file_text)}>
          {t("Take back my changes")}
        </button>
        <button type="submit" class="main" disabled={work.busy || text === props.duty.file_text}>
          {t("Save the roster")}
        </button>
      </div>
    </form>
  );
}

/** Days that follow one another, as from the first to the last. */
function daysNamed(codes: readonly string[]): string {
  const places = codes.map((code) => DAYS.indexOf(code)).filter((place) => place >= 0);
  const runs: [number, number][] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === place - 1) last[1] = place;
    else runs.push([place, place]);
  }
  return runs.map(([from, to]) => (from === to ? weekday(from) : `${weekday(from)}–${weekday(to)}`)).join(", ");
}
