// What can be done with a case apart from writing: stage, urgency, language, who writes, handing over, giving back,
// stepping aside, closing. Each takes two presses at least; the last one names what happens and to whom.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { act, recuse, type CaseDetail } from "../api/cases.ts";
import { useKeys } from "../keys.ts";
import { languageName, stageName, urgencyName } from "../names.ts";
import { ErrorNote } from "../parts.tsx";
import { go, route } from "../route.ts";
import { announce, session } from "../session.ts";
import { forgetCase, takeRow } from "../state/opened.ts";
import { t } from "../words.ts";
import { Close, Language, Recuse, Release, Stage, Transfer, Urgency, Writer, type Work } from "./actforms.tsx";

type Part = "" | "stage" | "urgency" | "language" | "writer" | "transfer" | "release" | "recuse" | "close";

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
  const works = open && (mine || lead || row.holder === null);
  const may: Readonly<Record<Exclude<Part, "">, boolean>> = {
    stage: works,
    urgency: works,
    language: works,
    writer: works,
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
    ["language", t("Written in: {language}", { language: languageName(row.language) })],
    ["writer", row.compromised ? t("It is the person again") : t("Not the person writing")],
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
    case "language":
      return <Language {...props} />;
    case "writer":
      return <Writer {...props} />;
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
