// Writing to the person: composed, looked at as they will see it, then sealed to their mailbox and to the case, signed
// with the author's key. Never by a way that was not agreed: a reply waits for the code or an open chat of theirs.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { CaseDetail } from "../api/cases.ts";
import { useKeys } from "../keys.ts";
import { languageName, stageName } from "../names.ts";
import { ErrorNote, Field, Notice, TwoClick } from "../parts.tsx";
import { announce } from "../session.ts";
import { isAhead } from "../state/clock.ts";
import { useDraft } from "../state/drafts.ts";
import { identityWords, marked, quotation } from "../state/marks.ts";
import { writeNudge, writeReply, type Shown } from "../state/opened.ts";
import { isLineAllowed } from "../state/reaching.ts";
import { t } from "../words.ts";
import { focused } from "./focused.ts";

const LONGEST = 3_000;
const STAGES_WITH_REPLY = ["", "info_requested", "awaiting_consent", "under_review", "referred", "follow_up"];

/** The composer; `onDone` closes it. */
export function Reply(props: { readonly shown: Shown; readonly detail: CaseDetail; readonly onDone: () => void }): JSX.Element {
  const { shown, detail } = props;
  const [words, setWords] = useDraft(shown.reference, "reply");
  const [stage, setStage] = useDraft(shown.reference, "stage after the reply");
  const form = useRef<HTMLElement>(null);
  const [looking, setLooking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const view = shown.opened?.view ?? null;
  const text = words.trim();
  const quoted = view === null ? "" : quotation(text, view);
  const mailbox = shown.opened?.mailbox !== null && detail.mailbox;
  const finish = (): void => {
    setWords("");
    setStage("");
    props.onDone();
  };
  const back = (): void => {
    if (looking) setLooking(false);
    else if (text === "") finish();
    else announce(t("Not sent yet. Cancel throws it away."));
  };
  useKeys({ submit: text === "" || looking ? undefined : () => setLooking(true), back }, form);
  if (view === null) return <p>{t("The case must be open before you can write.")}</p>;
  if (!mailbox) {
    return (
      <Notice kind="warning">
        <p>{t("A reply cannot be sent: the person took no code, so there is no mailbox. They get one when they come back.")}</p>
        <button type="button" class="quiet" onClick={props.onDone}>
          {t("Close")}
        </button>
      </Notice>
    );
  }
  const send = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await writeReply(text, stage);
      announce(t("The reply is sealed and waits for the person."));
      finish();
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  const pieces = marked(text, [...detail.readers.map((reader) => reader.name), ...identityWords(view)]);
  const doubts = [...new Set(pieces.filter((piece) => piece.why !== "").map((piece) => piece.words))];
  const channel = channelWords(shown, detail);
  return (
    <section class="case-part composer no-print" aria-labelledby="composer" ref={form}>
      <h2 id="composer">{t("Reply in {language}", { language: languageName(detail.case.language) })}</h2>
      <ErrorNote error={error} />
      {looking ? (
        <div class="stack">
          <p class="small">{channel}</p>
          <figure class="preview">
            <figcaption class="small dim">{t("As the person will see it")}</figcaption>
            <p class="mono small" lang={view.locale === "ru" ? "ru" : "en"}>
              {view.fingerprint === null ? "" : view.locale === "en" ? view.fingerprint.en : view.fingerprint.ru}
            </p>
            <p class="answer-words" lang={detail.case.language} dir="auto">
              {pieces.map((piece, place) =>
                piece.why === "" ? piece.words : <mark key={place}>{piece.words}</mark>,
              )}
            </p>
          </figure>
          {quoted === "" ? null : (
            <Notice kind="danger">{t("It repeats the person's own words: “{words}”. A reply never quotes the story.", { words: quoted })}</Notice>
          )}
          {doubts.length === 0 ? null : (
            <Notice kind="warning">
              {t("Marked words should not be in a reply: whoever takes the phone can read it. {words}", { words: doubts.join(", ") })}
            </Notice>
          )}
          {stage === "" ? null : <p class="small">{t("The case goes to: {stage}", { stage: stageName(stage) })}</p>}
          <div class="row">
            <button type="button" class="quiet" disabled={busy} onClick={() => setLooking(false)}>
              {t("Change it")}
            </button>
            <button type="button" class="danger" disabled={busy || quoted !== ""} ref={focused} onClick={() => void send()}>
              {busy
                ? t("Sealing…")
                : t("Seal and send to the person of {reference}", { reference: shown.reference })}
            </button>
          </div>
        </div>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (text !== "") setLooking(true);
          }}
        >
          <Field
            label={t("What you write to the person")}
            hint={t("{channel} No names, no places, nothing of the story. {n} of {most} letters.", {
              channel,
              n: [...words].length,
              most: LONGEST,
            })}
          >
            {(ids) => (
              <textarea
                {...ids}
                rows={6}
                maxLength={LONGEST}
                lang={detail.case.language}
                dir="auto"
                value={words}
                ref={focused}
                onInput={(event) => setWords(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t("Stage of the case afterwards")} hint={t("With a question to the person the clock stands still.")}>
            {(ids) => (
              <select {...ids} value={stage} onChange={(event) => setStage(event.currentTarget.value)}>
                {STAGES_WITH_REPLY.map((code) => (
                  <option key={code} value={code}>
                    {code === "" ? t("As it is") : stageName(code)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <div class="row">
            <button type="submit" class="quiet" disabled={text === ""}>
              {t("Look at it before sending")}
            </button>
            <button type="button" class="quiet" onClick={finish}>
              {t("Cancel")}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}

/** By which way the person gets it. */
function channelWords(shown: Shown, detail: CaseDetail): string {
  const { live_until, compromised } = detail.case;
  const locked = compromised || shown.opened?.view.flags.includes("do_not_write_to_this_chat") === true;
  if (live_until !== null && isAhead(live_until) && !locked) return t("Shown in the chat, which is still open, or on coming back with the code.");
  return t("Waits in the mailbox until the person comes back with the code.");
}

/** The one neutral line to the chat, where the person allowed it; never other words. */
export function Nudge(props: { readonly shown: Shown; readonly detail: CaseDetail }): JSX.Element | null {
  const [error, setError] = useState<unknown>(null);
  const { shown, detail } = props;
  const view = shown.opened?.view ?? null;
  if (view === null || !isLineAllowed(view, shown.opened?.facts?.manifest?.nodes ?? [], detail.case.compromised)) return null;
  const today = new Date().toISOString().slice(0, 10);
  const nudge = async (): Promise<void> => {
    setError(null);
    try {
      await writeNudge();
      announce(t("The neutral line will be sent."));
    } catch (failed) {
      setError(failed);
    }
  };
  return (
    <div class="nudge">
      <ErrorNote error={error} />
      {detail.nudge_waiting ? (
        <p class="small">{t("One neutral line is waiting to be sent.")}</p>
      ) : detail.nudged_day === today ? (
        <p class="small">{t("The neutral line was sent today. One a day.")}</p>
      ) : shown.opened?.ping == null ? (
        <p class="small dim">{t("One neutral line to the chat is allowed; it needs the identity to be open.")}</p>
      ) : (
        <TwoClick
          label={t("One neutral line to the chat")}
          confirm={t("Send “Hello” to the chat of {reference}", { reference: shown.reference })}
          onYes={() => void nudge()}
        />
      )}
    </div>
  );
}
