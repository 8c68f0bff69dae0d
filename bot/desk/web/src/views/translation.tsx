// The translation of an answer under its original: shown where a colleague wrote one, written where one is missing.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { languageName } from "../names.ts";
import { ErrorNote, Field } from "../parts.tsx";
import type { AnswerRow, CaseView } from "../sealing/index.ts";
import { isChoice } from "../state/firstscreen.ts";
import { writeNote, writtenIn } from "../state/opened.ts";
import { translationNote, translationOf } from "../state/translations.ts";
import { day, locale, t } from "../words.ts";
import { focused } from "./focused.ts";

/** Nothing for choices and for answers in the reader's own language. */
export function Translation(props: { readonly row: AnswerRow; readonly view: CaseView }): JSX.Element | null {
  const { row, view } = props;
  const into = locale();
  const [writing, setWriting] = useState(false);
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
    <Writing row={row} into={into} onDone={() => setWriting(false)} />
  ) : (
    <button type="button" class="quiet add-translation no-print" onClick={() => setWriting(true)}>
      {t("Add a translation")}
    </button>
  );
}

function Writing(props: { readonly row: AnswerRow; readonly into: string; readonly onDone: () => void }): JSX.Element {
  const { row, into, onDone } = props;
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const keep = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await writeNote(translationNote(row, into, words.trim()));
      onDone();
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <form
      class="stack note-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() !== "") void keep();
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
        <button type="button" class="quiet" onClick={onDone}>
          {t("Cancel")}
        </button>
      </div>
    </form>
  );
}
