// The forms of what can be done with a case, one for each act: what is asked, and the press that names what happens.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { STAGE_CODES, URGENCY_CODES, askNames, type CaseDetail } from "../api/cases.ts";
import { CLOSE_REASONS, LANGUAGES, LOWER_REASONS, closeReasonName, languageName, named, stageName, urgencyName } from "../names.ts";
import { Field, TwoClick } from "../parts.tsx";
import { t } from "../words.ts";

/** Do something to the case; `what` is the end of its address. */
export type Work = (what: string, body?: Readonly<Record<string, unknown>>) => void;
type ActProps = { readonly detail: CaseDetail; readonly work: Work; readonly busy: boolean };

function Select(props: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: readonly (readonly [string, string])[];
}): JSX.Element {
  return (
    <Field label={props.label} hint={props.hint}>
      {(ids) => (
        <select {...ids} value={props.value} onChange={(event) => props.onValue(event.currentTarget.value)}>
          {props.options.map(([code, words]) => (
            <option key={code} value={code}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Stage({ detail, work, busy }: ActProps): JSX.Element {
  const row = detail.case;
  const [stage, setStage] = useState<string>(row.stage);
  const told = stage === "info_requested" || stage === "awaiting_consent" ? t("we have a question") : t("we are working on it");
  return (
    <>
      <Select
        label={t("Stage")}
        hint={stage === "received" ? null : t("The person sees: {words}", { words: told })}
        value={stage}
        onValue={setStage}
        options={STAGE_CODES.map((code) => [code, stageName(code)])}
      />
      <button type="button" class="quiet" disabled={busy || stage === row.stage} onClick={() => work("stage", { stage })}>
        {t("Set the stage of {reference}: {stage}", { reference: row.reference, stage: stageName(stage) })}
      </button>
    </>
  );
}

export function Urgency({ detail, work, busy }: ActProps): JSX.Element {
  const row = detail.case;
  const [level, setLevel] = useState<string>(row.urgency);
  const [reason, setReason] = useState("");
  const lowers = URGENCY_CODES.findIndex((code) => code === level) > URGENCY_CODES.indexOf(row.urgency);
  return (
    <>
      <Select label={t("Urgency")} value={level} onValue={setLevel} options={URGENCY_CODES.map((code) => [code, urgencyName(code)])} />
      {lowers ? (
        <Select
          label={t("Why lower?")}
          hint={t("The reason is written down with your name.")}
          value={reason}
          onValue={setReason}
          options={[["", t("Choose a reason")], ...Object.keys(LOWER_REASONS).map((code): [string, string] => [code, named(LOWER_REASONS, code)])]}
        />
      ) : null}
      <TwoClick
        label={t("Change the urgency")}
        confirm={t("{reference} becomes: {urgency}", { reference: row.reference, urgency: urgencyName(level) })}
        disabled={busy || level === row.urgency || (lowers && reason === "")}
        onYes={() => work("urgency", { level, ...(lowers ? { reason } : {}) })}
      />
    </>
  );
}

function useNames(): readonly { readonly name: string; readonly languages: readonly string[] }[] {
  const [names, setNames] = useState<readonly { readonly name: string; readonly languages: readonly string[] }[]>([]);
  useEffect(() => {
    askNames().then(setNames, () => setNames([]));
  }, []);
  return names;
}

/** To whom it can be handed: people of the list who can open it; where the list may not be read, those the case names. */
export function Transfer({ detail, work, busy, what }: ActProps & { readonly what: "transfer" | "release" }): JSX.Element {
  const row = detail.case;
  const [to, setTo] = useState("");
  const listed = useNames();
  const able = detail.readers.filter((reader) => reader.name !== row.holder);
  const known = able.length > 0 ? able : listed.filter((each) => each.name !== row.holder);
  return (
    <>
      <Select
        label={t("To whom")}
        hint={t("They are told at once and can open it.")}
        value={to}
        onValue={setTo}
        options={[
          ["", t("Choose somebody")],
          ...known.map((each): [string, string] => [each.name, `${each.name} · ${each.languages.map(languageName).join(", ")}`]),
        ]}
      />
      <TwoClick
        label={t("Hand over")}
        confirm={t("Hand {reference} to {name}", { reference: row.reference, name: to })}
        disabled={busy || to === ""}
        danger={false}
        onYes={() => work(what, { to })}
      />
    </>
  );
}

export function Release(props: ActProps): JSX.Element {
  const row = props.detail.case;
  const critical = row.urgency === "critical";
  return (
    <>
      {critical ? (
        <>
          <p>{t("A critical case is handed to somebody rather than left without anybody.")}</p>
          <Transfer {...props} what="release" />
        </>
      ) : null}
      <TwoClick
        label={critical ? t("Give it back although nobody has it then") : t("Give it back")}
        confirm={t("Nobody will have {reference}", { reference: row.reference })}
        disabled={props.busy}
        onYes={() => props.work("release", critical ? { acknowledged: true } : {})}
      />
    </>
  );
}

export function Recuse({ detail, stepAside, busy }: { readonly detail: CaseDetail; readonly stepAside: () => void; readonly busy: boolean }): JSX.Element {
  const { reference } = detail.case;
  return (
    <>
      <p>{t("For when you know somebody in it or should not decide. You are never shown this case again.")}</p>
      <TwoClick
        label={t("Step aside")}
        confirm={t("Never show me {reference} again", { reference })}
        disabled={busy}
        onYes={stepAside}
      />
    </>
  );
}

/** In which language it is written, whatever the chat speaks: readers of that one are looked for. */
export function Language({ detail, work, busy }: ActProps): JSX.Element {
  const row = detail.case;
  const [chosen, setChosen] = useState<string>(row.language);
  const codes = [...new Set([row.locale, ...Object.keys(LANGUAGES)])];
  return (
    <>
      <Select
        label={t("Written in")}
        hint={t("Readers of this language are called. The bot goes on in {language}.", { language: languageName(row.locale) })}
        value={chosen}
        onValue={setChosen}
        options={codes.map((code) => [code, languageName(code)])}
      />
      <button type="button" class="quiet" disabled={busy || chosen === row.language} onClick={() => work("language", { language: chosen })}>
        {t("{reference} is written in: {language}", { reference: row.reference, language: languageName(chosen) })}
      </button>
    </>
  );
}

/** Somebody else may be writing, or it is the person again; what was unfolded was the first press. */
export function Writer({ detail, work, busy }: ActProps): JSX.Element {
  const { reference, compromised } = detail.case;
  return compromised ? (
    <>
      <p>{t("Only if you made sure of it in a way they chose. The bot may write to that chat again.")}</p>
      <button type="button" class="danger" disabled={busy} onClick={() => work("writer", { doubted: false })}>
        {t("The chat may be written to again. Mark {reference}", { reference })}
      </button>
    </>
  ) : (
    <>
      <p>{t("For when somebody else may be writing or reading there. With the code, replies can still be read.")}</p>
      <button type="button" class="danger" disabled={busy} onClick={() => work("writer", { doubted: true })}>
        {t("Nothing more is written to that chat. Mark {reference}", { reference })}
      </button>
    </>
  );
}

export function Close({ detail, work, busy }: ActProps): JSX.Element {
  const { reference } = detail.case;
  const [reason, setReason] = useState("");
  return (
    <>
      <Select
        label={t("Why is it closed?")}
        hint={t("The person sees: finished. It is erased after the term that the organisation set.")}
        value={reason}
        onValue={setReason}
        options={[["", t("Choose a reason")], ...Object.keys(CLOSE_REASONS).map((code): [string, string] => [code, closeReasonName(code)])]}
      />
      <TwoClick
        label={t("Close the case")}
        confirm={t("Close {reference}: {reason}", { reference, reason: closeReasonName(reason) })}
        disabled={busy || reason === ""}
        onYes={() => work("close", { reason })}
      />
    </>
  );
}
