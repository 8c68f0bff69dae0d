// The translation of an answer under its original: shown where a colleague wrote one, written where one is missing.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useKeys } from "../keys.ts";
import { languageName } from "../names.ts";
import { ErrorNote, Field } from "../parts.tsx";
import type { AnswerRow, CaseView } from "../sealing/index.ts";
import { isChoice } from "../state/firstscreen.ts";
import { announce } from "../session.ts";
import { isBegun, useDraft } from "../state/drafts.ts";
import { shown, writeNote, writtenIn } from "../state/opened.ts";
import { translationNote, translationOf } from "../state/translations.ts";
import { day, locale, t } from "../words.ts";
import { focused } from "./focused.ts";

/** Nothing for choices and for answers in the reader's own language. */
export function Translation(props: { readonly row: AnswerRow; readonly view: CaseView }): JSX.Element | null {
  const { row, view } = props;
  const into = locale();
  const [writing, setWriting] = useState(false);
  const { reference } = shown.value ?? { reference: "" };
  if (isChoice(row) || writtenIn(row) === into) return null;
  const found = translationOf(view, row, into);
  if (found !== null) {
    return (
      <div class="translation">
        <p class="answer-words" lang={into}>
          {found.words}
        </p>
        <p class="small dim">
          {t("Translation by {name}, {day}", { name: found.note.author, day: day(found.note.received_day) })}
          {found.note.signed === true ? "" : ` · ${t("signature not proven")}`}
        </p>
      </div>
    );
  }
  return writing ? (
    <Writing reference={reference} row={row} into={into} onDone={() => setWriting(false)} />
  ) : (
    <button type="button" class="quiet add-translation no-print" onClick={() => setWriting(true)}>
      {isBegun(reference, placeOf(row, into)) ? t("Write on: a translation") : t("Add a translation")}
    </button>
  );
}

function Writing(props: { readonly reference: string; readonly row: AnswerRow; readonly into: string; readonly onDone: () => void }): JSX.Element {
  const { row, into } = props;
  const [words, setWords] = useDraft(props.reference, placeOf(row, into));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const finish = (): void => {
    setWords("");
    props.onDone();
  };
  const keep = async (): Promise<void> => {
    if (words.trim() === "" || busy) return;
    setBusy(true);
    setError(null);
    try {
      await writeNote(translationNote(row, into, words.trim()));
      finish();
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  const back = (): void => {
    if (words.trim() === "") finish();
    else announce(t("Not sent yet. Cancel throws it away."));
  };
  useKeys({ submit: () => void keep(), back }, form);
  return (
    <form
      class="stack note-form no-print"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <ErrorNote error={error} />
      <Field label={t("Translation into {language}", { language: languageName(into) })} hint={t("Sealed as a note, with your name.")}>
        {(ids) => (
          <textarea {...ids} rows={3} maxLength={20_000} lang={into} value={words} ref={focused} onInput={(event) => setWords(event.currentTarget.value)} />
        )}
      </Field>
      <div class="row">
        <button type="submit" class="quiet" disabled={busy || words.trim() === ""}>
          {busy ? t("Sealing…") : t("Seal and keep it")}
        </button>
        <button type="button" class="quiet" onClick={finish}>
          {t("Cancel")}
        </button>
      </div>
    </form>
  );
}

const placeOf = (row: AnswerRow, into: string): string => `translation of ${row.node} into ${into}`;
