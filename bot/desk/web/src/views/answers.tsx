// Answers as they were given: the question in the reader's language and in the words that were asked, the answer in the
// original with its language set, so that a screen reader changes its voice. Everything is shown as text.
import { Fragment, type ComponentChildren, type JSX } from "preact";
import { languageName } from "../names.ts";
import type { AnswerRow, CaseView } from "../sealing/index.ts";
import type { Conversation } from "../state/conversation.ts";
import { isChoice, isHard, saysSomething, values } from "../state/firstscreen.ts";
import { writtenIn } from "../state/opened.ts";
import { hardOnes } from "../state/shift.ts";
import { day, locale, t } from "../words.ts";
import { Translation } from "./translation.tsx";

export type Wording = Conversation | null;

/** The question in the reader's language; in the original where there is no other. */
export function questionOf(row: { node: string; question: string; locale: string }, wording: Wording): { words: string; lang: string } {
  const here = wording?.question(row.node, row.question, row.locale, locale()) ?? null;
  return here === null ? { words: row.question, lang: row.locale } : { words: here, lang: locale() };
}

/** The options in the reader's language; in the original where there is no other. */
export function labelsOf(row: AnswerRow, wording: Wording): readonly { readonly words: string; readonly lang: string }[] {
  return row.labels.map((label, place) => {
    const here = wording?.label(row.node, values(row)[place] ?? "", locale()) ?? null;
    return here === null ? { words: label, lang: row.locale } : { words: here, lang: locale() };
  });
}

/** What was chosen or written. Hard words are folded, and `children`, a translation of them, with them. */
export function AnswerBody(props: {
  readonly row: AnswerRow;
  readonly wording: Wording;
  readonly hard?: boolean;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { row, wording } = props;
  if (isChoice(row)) {
    const here = labelsOf(row, wording);
    const original = row.locale === locale() ? "" : row.labels.join(" · ");
    return (
      <p class="answer-choice">
        {here.map((label, place) => (
          <Fragment key={label.words}>
            {place === 0 ? "" : " · "}
            <span lang={label.lang}>{label.words}</span>
          </Fragment>
        ))}
        {original === "" || here.every((label) => label.lang === row.locale) ? null : (
          <span class="original" lang={row.locale}>
            {original}
          </span>
        )}
      </p>
    );
  }
  const written = values(row).join("\n");
  const words = (
    <p class="answer-words" lang={writtenIn(row)} dir="auto">
      {written}
    </p>
  );
  if (props.hard !== true) {
    return (
      <>
        {words}
        {props.children}
      </>
    );
  }
  return (
    <details
      class="fold hard"
      onToggle={(event) => {
        if (event.currentTarget.open) hardOnes.value += 1;
      }}
    >
      <summary>{t("Own words, perhaps about violence: {n} letters", { n: [...written].length })}</summary>
      {words}
      {props.children}
    </details>
  );
}

/** One question with its answer. */
export function AnswerItem(props: {
  readonly row: AnswerRow;
  readonly view: CaseView;
  readonly wording: Wording;
  readonly under?: "h3" | "h4";
}): JSX.Element {
  const { row, view, wording } = props;
  const asked = questionOf(row, wording);
  const Heading = props.under ?? "h4";
  return (
    <div class="answer">
      <Heading class="question" lang={asked.lang}>
        {shortened(asked.words)}
      </Heading>
      <AnswerBody row={row} wording={wording} hard={isHard(view, row)}>
        <Translation row={row} view={view} />
      </AnswerBody>
      <p class="answer-about small dim">
        {languageName(writtenIn(row))} · {day(row.received_day)}
        {asked.words === row.question && asked.words === shortened(asked.words) ? null : (
          <details class="as-asked">
            <summary>{t("as asked")}</summary>
            <span class="asked" lang={row.locale}>
              {row.question}
            </span>
          </details>
        )}
      </p>
    </div>
  );
}

/** Topics in the order of arrival: one group for each sending, those that came later under a line that says so. */
export function Topics(props: { readonly view: CaseView; readonly wording: Wording }): JSX.Element {
  const { view, wording } = props;
  const facts = view.answers.filter((row) => row.compartment === "facts" && saysSomething(row));
  const sendings = [...new Set(facts.map((row) => row.sending))].sort((one, other) => one - other);
  return (
    <section class="case-part topics" aria-labelledby="topics">
      <h2 id="topics">{t("Answers")}</h2>
      {facts.length === 0 ? <p class="dim">{t("No answers.")}</p> : null}
      {sendings.map((sending) => {
        const rows = facts.filter((row) => row.sending === sending);
        const came = rows.map((row) => row.received_day).sort()[0] ?? "";
        return (
          <Fragment key={sending}>
            {sending > 1 ? <p class="divider">{t("New: added later, on {day}", { day: day(came) })}</p> : null}
            {sectionsOf(rows, wording).map(([section, answers]) => (
              <details key={section} class="topic fold" open>
                <summary>
                  <h3>{titleOf(section, wording)}</h3>
                  {view.unfinished.includes(section) ? <span class="chip">{t("not finished")}</span> : null}
                </summary>
                {answers.map((row) => (
                  <AnswerItem key={`${row.node}-${row.kind}-${String(isChoice(row))}`} row={row} view={view} wording={wording} />
                ))}
              </details>
            ))}
          </Fragment>
        );
      })}
      {view.unproven.length === 0 ? null : (
        <>
          <p class="divider warning">{t("Not proven to come from the same person: counts for nothing")}</p>
          {view.unproven.map((row, place) => (
            <AnswerItem key={place} row={row} view={view} wording={wording} under="h3" />
          ))}
        </>
      )}
      {view.attachments.length === 0 ? null : (
        <p class="dim">{t("Files: {n}. Files are not opened by this desk.", { n: view.attachments.length })}</p>
      )}
    </section>
  );
}

/** The question without its examples: up to the first empty line. */
function shortened(question: string): string {
  return question.split("\n\n", 1)[0]?.trim() ?? question;
}

function titleOf(section: string, wording: Wording): string {
  return wording?.title(section, locale()) ?? (section === "" || section === "opening" ? t("First answers") : section);
}

function sectionsOf(rows: readonly AnswerRow[], wording: Wording): readonly (readonly [string, readonly AnswerRow[]])[] {
  const found = new Map<string, AnswerRow[]>();
  for (const row of rows) {
    const section = wording?.section(row.node) ?? "";
    found.set(section, [...(found.get(section) ?? []), row]);
  }
  return [...found];
}
