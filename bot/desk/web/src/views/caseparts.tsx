// Parts of a case below the first screen: problems, permissions, who can open it, replies.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { restoreKey, type CaseDetail } from "../api/cases.ts";
import { COMPARTMENT_NAMES, languageName, named } from "../names.ts";
import { ErrorNote, Notice, TwoClick } from "../parts.tsx";
import { COMPARTMENTS, type CaseView, type LetterRow } from "../sealing/index.ts";
import { announce, session } from "../session.ts";
import { holds } from "../state/firstscreen.ts";
import { permissionWords, problemWords } from "../state/terms.ts";
import { day, locale, t } from "../words.ts";
import { questionOf, type Wording } from "./answers.tsx";
import { unreadableIn, unreadableWords } from "./silence.tsx";

/** What is wrong with the case, named on top and never hidden; apart from it, who sealed its keys anew and has left. */
export function Problems(props: { readonly view: CaseView; readonly rewraps: CaseDetail["rewraps"] }): JSX.Element {
  const { problems } = props.view;
  return (
    <>
      <Wrong problems={problems.filter(({ problem }) => problem !== "author_gone")} />
      <AuthorsGone problems={problems.filter(({ problem }) => problem === "author_gone")} rewraps={props.rewraps} />
    </>
  );
}

function AuthorsGone(props: { readonly problems: CaseView["problems"]; readonly rewraps: CaseDetail["rewraps"] }): JSX.Element | null {
  const gone = new Set(props.problems.map(({ object }) => object));
  const names = new Set(props.rewraps.filter(({ object }) => gone.has(object)).map(({ author }) => author));
  if (names.size === 0) return null;
  return (
    <Notice kind="warning">
      {[...names].map((name) => (
        <p key={name}>{t("Sealed anew by {name}, who is not in the signed list any more, or has another key now.", { name })}</p>
      ))}
      <p class="small">
        {t("What this key opens is proven to be from one person. You can work on the case; a lead seals its key anew under Re-wrap.")}
      </p>
    </Notice>
  );
}

function Wrong(props: { readonly problems: CaseView["problems"] }): JSX.Element | null {
  const { problems } = props;
  if (problems.length === 0) return null;
  return (
    <section class="notice danger problems" role="alert">
      <h2>{t("Not everything is as it should be: {n}", { n: problems.length })}</h2>
      <ul>
        {problems.map((problem, place) => (
          <li key={place}>
            {problemWords(problem.problem)}: <span class="mono">{problem.object}</span>{" "}
            <span class="small" lang="en">
              ({problem.note})
            </span>
          </li>
        ))}
      </ul>
      <p class="small">{t("What is shown below is what could be proven. Tell a lead; do not act on what is missing.")}</p>
    </section>
  );
}

/** Every permission that was asked for: its answer, the version of its text, the day, what it allows. */
export function Consents(props: { readonly view: CaseView; readonly wording: Wording }): JSX.Element {
  const { view, wording } = props;
  return (
    <section class="case-part" aria-labelledby="consents">
      <h2 id="consents">{t("Permissions")}</h2>
      {view.consents.length === 0 ? <p>{t("None was asked for yet. Not asked means not allowed.")}</p> : null}
      <ul class="plain consents">
        {view.consents.map((row) => {
          const asked = questionOf(row, wording);
          const given = holds(row);
          const label = wording?.label(row.node, row.value, locale()) ?? row.label;
          return (
            <li key={row.node} class={given ? "given" : "refused"}>
              <p>
                <strong>{given ? t("Allowed") : row.withdrawn_day === null ? t("Not allowed") : t("Withdrawn")}</strong>
                {": "}
                {permissionWords(row.node, row.value) ?? <span lang={asked.lang}>{asked.words}</span>}
              </p>
              <p class="small dim">
                {label === "" ? "" : `“${label}” · `}
                {day(row.received_day)} · {t("text {version}", { version: row.version })} · {languageName(row.locale)}
                {row.withdrawn_day === null ? "" : ` · ${t("withdrawn on {day}", { day: day(row.withdrawn_day) })}`}
              </p>
              <details class="as-asked small">
                <summary>{t("as asked")}</summary>
                <p class="asked" lang={row.locale}>
                  {row.question}
                </p>
                {asked.words === row.question ? null : (
                  <p class="asked" lang={asked.lang}>
                    {asked.words}
                  </p>
                )}
              </details>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Whose keys open this case and who of them is on duty, as the server says, held against the list that the page proved. */
export function WhoCanOpen(props: { readonly detail: CaseDetail }): JSX.Element {
  const { readers } = props.detail;
  const members = (session.value?.keyring?.members ?? []).filter(({ compartments }) => compartments.includes("facts"));
  const recovery = members.filter(({ role }) => role === "recovery");
  const unnamed = members.filter(({ role, name }) => role === "reviewer" && !readers.some((reader) => reader.name === name));
  return (
    <section class="case-part" aria-labelledby="readers">
      <h2 id="readers">{t("Who can open this")}</h2>
      {readers.length === 0 ? <p>{t("The server names nobody.")}</p> : null}
      <ul class="plain">
        {readers.map((reader) => (
          <li key={reader.name}>
            {reader.name} <span class="small dim">{reader.languages.map(languageName).join(", ")}</span>{" "}
            {reader.on_duty ? <span class="chip">{t("on duty")}</span> : null}{" "}
            {members.length === 0 || members.some(({ name }) => name === reader.name) ? null : (
              <strong class="must">{t("not in the signed list of keys")}</strong>
            )}
          </li>
        ))}
      </ul>
      {unnamed.length === 0 ? null : (
        <p class="small">
          {t("In the signed list too, though the server gives them nothing of this case: {names}", {
            names: unnamed.map(({ name }) => name).join(", "),
          })}
        </p>
      )}
      {recovery.length === 0 ? null : (
        <p class="small">{t("The recovery key opens it too: {names}", { names: recovery.map(({ name }) => name).join(", ") })}</p>
      )}
      <Rewraps detail={props.detail} />
    </section>
  );
}

/** By whom its keys were sealed anew; a lead can put the last one back, for some weeks. */
function Rewraps(props: { readonly detail: CaseDetail }): JSX.Element | null {
  const [error, setError] = useState<unknown>(null);
  const { rewraps, case: row } = props.detail;
  const lead = session.value?.me.roles.includes("lead") === true;
  const newest = COMPARTMENTS.flatMap((each) => rewraps.filter((one) => one.compartment === each).sort((one, other) => other.version - one.version)[0] ?? []);
  const restore = (which: "facts" | "identity"): void => {
    setError(null);
    restoreKey(row.reference, which).then(() => announce(t("Done.")), setError);
  };
  return newest.length === 0 ? null : (
    <>
      <ErrorNote error={error} />
      <ul class="plain">
        {newest.map((one) => (
          <li key={one.compartment} class="row">
            <span>
              {t("{part}: key sealed to list {serial} by {name}", {
                part: named(COMPARTMENT_NAMES, one.compartment),
                serial: one.serial,
                name: one.author,
              })}
            </span>
            {lead ? (
              <TwoClick
                class="quiet no-print"
                label={t("Put the key before back")}
                confirm={t("Use the key before again for {reference}", { reference: row.reference })}
                onYes={() => restore(one.compartment)}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What was written to the person. */
export function Messages(props: { readonly view: CaseView; readonly detail: CaseDetail }): JSX.Element {
  const { messages } = props.view;
  const { reply_read_day } = props.detail;
  const hidden = unreadableIn(props.view, props.detail);
  return (
    <section class="case-part" aria-labelledby="messages">
      <h2 id="messages">{t("Our replies")}</h2>
      {messages.length === 0 ? <p>{t("Nothing was written to the person yet.")}</p> : null}
      {messages.map((message, place) => (
        <Letter key={place} letter={message} class="reply" trouble={hidden.includes(message) ? unreadableWords(message) : ""} />
      ))}
      {messages.length === 0 || hidden.length > 0 ? null : (
        <p class="small">
          {reply_read_day === null
            ? t("The person has not said yet that a reply was read.")
            : t("The person said on {day} that a reply was read.", { day: day(reply_read_day) })}
        </p>
      )}
    </section>
  );
}

/** A reply or a note: who wrote it, when, whether that is proven. */
export function Letter(props: { readonly letter: LetterRow; readonly class: string; readonly trouble?: string }): JSX.Element {
  const { letter, trouble = "" } = props;
  return (
    <article class={`letter ${props.class}`}>
      <p class="small">
        <strong>{letter.author}</strong> · {day(letter.received_day)} · <Signed signed={letter.signed} />
      </p>
      <p class="answer-words" dir="auto">
        {letter.value}
      </p>
      {trouble === "" ? null : <p class="must">{trouble}</p>}
    </article>
  );
}

function Signed(props: { readonly signed: boolean | null }): JSX.Element {
  if (props.signed === true) return <span>{t("signature proven")}</span>;
  if (props.signed === null) return <span class="dim">{t("author not in the keyring now: not checked")}</span>;
  return <strong class="must">{t("signature WRONG: do not believe it")}</strong>;
}
