// What can be done with a case apart from writing: stage, urgency, handing over, giving back, stepping aside, closing.
// Each takes two presses; the second names what happens and to whom.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { STAGE_CODES, URGENCY_CODES, act, askNames, recuse, type CaseDetail } from "../api/cases.ts";
import { useKeys } from "../keys.ts";
import { CLOSE_REASONS, LOWER_REASONS, closeReasonName, languageName, named, stageName, urgencyName } from "../names.ts";
import { ErrorNote, Field, TwoClick } from "../parts.tsx";
import { go, route } from "../route.ts";
import { announce, session } from "../session.ts";
import { forgetCase, takeRow } from "../state/opened.ts";
import { t } from "../words.ts";

type Part = "" | "stage" | "urgency" | "transfer" | "release" | "recuse" | "close";
type Work = (what: string, body?: Readonly<Record<string, unknown>>) => void;

/** The row of acts, one of which unfolds. */
export function Acts(props: { readonly detail: CaseDetail }): JSX.Element {
  const row = props.detail.case;
  const { reference } = row;
  const [part, setPart] = useState<Part>("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const me = session.value?.me;
  const mine = row.holder === me?.name;
  const lead = me?.roles.includes("lead") === true;
  const open = row.status !== "closed";
  const may: Readonly<Record<Exclude<Part, "">, boolean>> = {
    stage: open && (mine || lead || row.holder === null),
    urgency: open && (mine || lead || row.holder === null),
    transfer: open && row.status === "claimed" && (mine || lead),
    release: open && row.status === "claimed" && (mine || lead),
    recuse: true,
    close: open && (mine || lead),
  };
  const work: Work = (what, body = {}) => {
    setBusy(true);
    setError(null);
    act(reference, what, body)
      .then((changed) => {
        setPart("");
        announce(t("Done."));
        takeRow(changed);
      }, setError)
      .finally(() => setBusy(false));
  };
  const stepAside = (): void => {
    setBusy(true);
    setError(null);
    recuse(reference)
      .then(() => {
        forgetCase();
        go("cases", "", route.value.query);
      }, setError)
      .finally(() => setBusy(false));
  };
  const show = (wanted: Exclude<Part, "">): (() => void) | undefined => (may[wanted] ? () => setPart(wanted) : undefined);
  useKeys({ stage: show("stage"), transfer: show("transfer"), release: show("release"), recuse: show("recuse") });
  useEffect(() => {
    if (part !== "") box.current?.querySelector<HTMLElement>("select, button")?.focus();
  }, [part]);
  const names: readonly (readonly [Exclude<Part, "">, string])[] = [
    ["stage", t("Stage: {stage}", { stage: stageName(row.stage) })],
    ["urgency", t("Urgency: {urgency}", { urgency: urgencyName(row.urgency) })],
    ["transfer", t("Hand over")],
    ["release", t("Give back")],
    ["close", t("Close the case")],
    ["recuse", t("Step aside")],
  ];
  return (
    <section class="case-part acts no-print" aria-labelledby="acts">
      <h2 id="acts">{t("The case")}</h2>
      <ErrorNote error={error} />
      <div class="row">
        {names.map(([name, words]) =>
          may[name] ? (
            <button key={name} type="button" class="quiet" aria-expanded={part === name} onClick={() => setPart(part === name ? "" : name)}>
              {words}
            </button>
          ) : null,
        )}
      </div>
      <div class="act-box" ref={box}>
        {part === "" ? null : <ActForm part={part} detail={props.detail} work={work} stepAside={stepAside} busy={busy} />}
      </div>
    </section>
  );
}

function ActForm(props: { readonly part: Part; readonly detail: CaseDetail; readonly work: Work; readonly stepAside: () => void; readonly busy: boolean }): JSX.Element | null {
  switch (props.part) {
    case "stage":
      return <Stage {...props} />;
    case "urgency":
      return <Urgency {...props} />;
    case "transfer":
      return <Transfer {...props} what="transfer" />;
    case "release":
      return <Release {...props} />;
    case "recuse":
      return <Recuse detail={props.detail} stepAside={props.stepAside} busy={props.busy} />;
    case "close":
      return <Close {...props} />;
    case "":
      return null;
  }
}

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

function Stage({ detail, work, busy }: ActProps): JSX.Element {
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

function Urgency({ detail, work, busy }: ActProps): JSX.Element {
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
function Transfer({ detail, work, busy, what }: ActProps & { readonly what: "transfer" | "release" }): JSX.Element {
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

function Release(props: ActProps): JSX.Element {
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

function Recuse({ detail, stepAside, busy }: { readonly detail: CaseDetail; readonly stepAside: () => void; readonly busy: boolean }): JSX.Element {
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

function Close({ detail, work, busy }: ActProps): JSX.Element {
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
