// One case: its first screen, then everything else in the order in which it is looked for. Opened in this browser as
// soon as it is shown, where this person may; beside the list in a wide window, alone on a phone.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { act, callHelp } from "../api/cases.ts";
import { ApiError } from "../api/client.ts";
import { useKeys } from "../keys.ts";
import { languageName, urgencyName } from "../names.ts";
import { Busy, ErrorNote, Notice } from "../parts.tsx";
import { go, link, route } from "../route.ts";
import { dayText } from "../sealing/index.ts";
import { announce, changes, returns, session } from "../session.ts";
import { isBegun } from "../state/drafts.ts";
import { forgetCase, openFacts, refreshCase, showCase, shown, takeRow, type Shown, type Step } from "../state/opened.ts";
import { queue } from "../state/queue.ts";
import { hardOnes, isMuch, tookCritical } from "../state/shift.ts";
import { endingWords } from "../state/terms.ts";
import { day, t } from "../words.ts";
import { Topics } from "./answers.tsx";
import { Acts } from "./caseacts.tsx";
import { ClockItem, DatesItem, MayItem, WhatItem, WhoItem, WhyItem } from "./casefirst.tsx";
import { History } from "./casehistory.tsx";
import { Identity, OpenContact } from "./caseidentity.tsx";
import { Consents, Messages, Problems, WhoCanOpen } from "./caseparts.tsx";
import { WayItem } from "./caseway.tsx";
import { Notes } from "./notes.tsx";
import { QueueList } from "./queue.tsx";
import { Nudge, Reply } from "./reply.tsx";
import { SilenceLine } from "./silence.tsx";

/** The list with the case of the address beside it. */
export function CasePage(): JSX.Element {
  const { id } = route.value;
  useEffect(() => {
    void showCase(id);
    return forgetCase;
  }, [id]);
  const { number, references } = changes.value;
  useEffect(() => {
    if (number > 0 && references.includes(id)) void refreshCase();
  }, [number]);
  const back = returns.value;
  const before = useRef(back);
  useEffect(() => {
    if (back !== before.current) void refreshCase();
    before.current = back;
  }, [back]);
  const now = shown.value;
  return (
    <div class="desk-split has-case">
      <QueueList chosen={id} />
      {now === null || now.reference !== id ? <div class="desk-case" /> : <Case key={id} shown={now} />}
    </div>
  );
}

function Case(props: { readonly shown: Shown }): JSX.Element {
  const { shown: now } = props;
  const { reference, detail, step, error } = now;
  const view = now.opened?.view ?? null;
  const [replying, setReplying] = useState(false);
  const [acting, setActing] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const place = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const { query } = route.value;
  useEffect(() => heading.current?.focus(), []);

  const take = (): void => {
    setActing(true);
    setFailed(null);
    act(reference, "claim")
      .then((row) => {
        takeRow(row);
        announce(t("You have it"));
        if (row.urgency === "critical") tookCritical(reference);
        if (shown.value?.opened === null) void openFacts(reference);
      }, (error: unknown) => {
        // The server names no reason; whoever was slower sees on the case itself who has it.
        setFailed(error instanceof ApiError && error.code === "unavailable" ? new ApiError("changed") : error);
        void refreshCase();
      })
      .finally(() => setActing(false));
  };
  const copy = (): void => {
    navigator.clipboard.writeText(reference).then(() => announce(t("Copied: {reference}", { reference })), setFailed);
  };
  // Descriptions of violence are unfolded one by one, each by whoever means to read it.
  const unfold = (): void => {
    const folds = [...(place.current?.querySelectorAll<HTMLDetailsElement>("details:not(.hard)") ?? [])];
    const open = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = open;
  };
  const me = session.value?.me;
  const holds = detail?.case.status === "claimed" && (detail.case.holder === me?.name || me?.roles.includes("lead") === true);
  useKeys({
    back: () => go("cases", "", query),
    claim: detail?.case.status === "waiting" ? take : undefined,
    reply: view !== null && holds ? () => setReplying(true) : undefined,
    expand: unfold,
    copy,
    print: view === null ? undefined : () => window.print(),
  });

  return (
    <article class="desk-case" ref={place} aria-labelledby="case-title">
      <header class="case-head">
        <a class="case-back no-print" href={link("cases", "", query)}>
          <span class="case-back-words">{t("Queue")}</span>
        </a>
        <h1 id="case-title" tabIndex={-1} ref={heading} class="mono">
          <button type="button" class="case-copy" title={t("Copy the reference")} onClick={copy}>
            {reference}
          </button>
          <span class="print-only">{reference}</span>
        </h1>
        {detail === null ? null : <span class={`badge ${detail.case.urgency}`}>{urgencyName(detail.case.urgency)}</span>}
        <Neighbours reference={reference} />
      </header>
      <p class="print-only small">
        {t("Printed by {name}, {day}. Whoever finds this paper can read it: destroy it when it is not needed.", {
          name: me?.name ?? "",
          day: day(dayText(new Date())),
        })}
      </p>
      <ErrorNote error={failed} />
      <ErrorNote error={error} />
      {now.more ? (
        <Notice kind="warning">
          {t("Something was added to this case.")}{" "}
          <button type="button" class="quiet small" onClick={() => void openFacts(reference)}>
            {t("Open it anew")}
          </button>
        </Notice>
      ) : null}
      {isMuch() && holds ? (
        <Notice>
          {t("Three critical cases in this sitting. If somebody else is on duty, hand one over. Hard descriptions opened: {n}. Only you see this.", {
            n: hardOnes.value,
          })}
        </Notice>
      ) : null}
      {view === null ? null : <Problems view={view} rewraps={detail?.rewraps ?? []} />}
      {detail === null ? null : (
        <>
          <div class="firsts">
            <ClockItem detail={detail} arrived={now.arrived} onTake={take} busy={acting} />
            <Progress step={step} />
            {detail.case.may_open || view !== null ? null : (
              <Notice>{t("Somebody else has this case. Its content is for its holder, for leads and identity officers.")}</Notice>
            )}
            {view === null && step === "closed" && detail.case.may_open && error !== null ? (
              <button type="button" class="quiet" onClick={() => void openFacts(reference)}>
                {t("Try to open it again")}
              </button>
            ) : null}
            {view === null ? null : (
              <>
                <WayItem shown={now} detail={detail} view={view} wording={now.conversation}>
                  <OpenContact shown={now} />
                </WayItem>
                <WhatItem view={view} wording={now.conversation} />
                <MayItem view={view} withdrawn={detail.case.withdrawn} stale={now.more && detail.case.withdrawn} />
                <WhoItem detail={detail} view={view} wording={now.conversation} />
                <WhyItem view={view} urgency={detail.case.urgency} />
                <DatesItem view={view} wording={now.conversation} />
                <Next
                  shown={now}
                  replying={replying}
                  onReply={holds ? () => setReplying(true) : undefined}
                  language={detail.case.language}
                  onFailed={setFailed}
                >
                  <SilenceLine shown={now} detail={detail} view={view} />
                </Next>
              </>
            )}
          </div>
          {replying ? <Reply shown={now} detail={detail} onDone={() => setReplying(false)} /> : null}
          {view === null ? null : (
            <>
              <Topics view={view} wording={now.conversation} />
              <Messages view={view} detail={detail} />
              {holds ? <Nudge shown={now} detail={detail} /> : null}
              <Notes reference={reference} view={view} canWrite={detail.case.may_open} />
              <Consents view={view} wording={now.conversation} />
              {detail.index.some((entry) => entry.compartment === "identity") ? <Identity shown={now} /> : null}
              <p class="small dim case-part">
                {[
                  endingWords(view.ending),
                  now.conversation === null ? t("The questions are in the words that were asked: this conversation is not known here.") : "",
                  detail.case.erased_on === null ? "" : t("Erased on {day}", { day: day(detail.case.erased_on) }),
                ]
                  .filter((words) => words !== "")
                  .join(" · ")}
              </p>
            </>
          )}
          <Acts detail={detail} />
          <WhoCanOpen detail={detail} />
          <History reference={reference} />
        </>
      )}
    </article>
  );
}

/** The cases before and after it in the list, for a phone, where the list is not beside it. */
function Neighbours(props: { readonly reference: string }): JSX.Element | null {
  const { rows } = queue.value;
  const place = rows.findIndex((row) => row.reference === props.reference);
  if (place === -1) return null;
  const { query } = route.value;
  const before = rows[place - 1];
  const after = rows[place + 1];
  return (
    <span class="case-neighbours no-print">
      {before === undefined ? null : (
        <a href={link("case", before.reference, query)} aria-label={t("Previous case")}>
          ↑
        </a>
      )}
      {after === undefined ? null : (
        <a href={link("case", after.reference, query)} aria-label={t("Next case")}>
          ↓
        </a>
      )}
    </span>
  );
}

/** 8. What can be done now: each one press. */
function Next(props: {
  readonly shown: Shown;
  readonly replying: boolean;
  readonly onReply: (() => void) | undefined;
  readonly language: string;
  readonly onFailed: (error: unknown) => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { reference, detail } = props.shown;
  const [answer, setAnswer] = useState("");
  const help = (whom: "reader" | "lead"): void => {
    const readers = detail?.readers.filter((reader) => (whom === "lead" ? reader.lead : reader.languages.includes(props.language))) ?? [];
    const others = readers.filter((reader) => reader.name !== session.value?.me.name);
    const names = others.filter((reader) => reader.on_duty || whom === "lead").map((reader) => reader.name).join(", ");
    callHelp(reference, whom).then(
      (told) => setAnswer(told > 0 ? t("Told by the staff bot: {n}", { n: told }) : byVoice(names)),
      (error: unknown) => {
        if (error instanceof ApiError && (error.code === "unavailable" || error.code === "changed")) setAnswer(byVoice(names));
        else props.onFailed(error);
      },
    );
  };
  useKeys({ call: () => help("reader") });
  return (
    <section class="first first-next no-print" aria-label={t("What next")}>
      <div class="row">
        {props.onReply === undefined ? null : (
          <button type="button" class="quiet" aria-expanded={props.replying} onClick={props.onReply}>
            {!props.replying && isBegun(reference, "reply") ? t("Write on: reply") : t("Reply")}
          </button>
        )}
        <button type="button" class="quiet" onClick={() => help("reader")}>
          {t("Call a reader: {language}", { language: languageName(props.language) })}
        </button>
        <button type="button" class="quiet" onClick={() => help("lead")}>
          {t("Wake the lead")}
        </button>
      </div>
      {props.children}
      <p class="small" role="status">
        {answer}
      </p>
    </section>
  );
}

/** Where nobody could be told by the bot, the reader is told whom to call. */
function byVoice(names: string): string {
  return names === "" ? t("Nobody could be told. Look at the duty roster and call.") : t("The bot told nobody. Call: {names}", { names });
}

function Progress(props: { readonly step: Step }): JSX.Element | null {
  switch (props.step) {
    case "asking":
      return <Busy words={t("Asking the server…")} />;
    case "fetching":
      return <Busy words={t("Fetching the sealed parts…")} />;
    case "opening":
      return <Busy words={t("Opening them on this computer…")} />;
    case "closed":
    case "open":
      return null;
  }
}
