// The translation of an answer under its original: shown where a colleague wrote one, written where one is missing.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { languageName } from "../names.ts";
import type { AnswerRow, CaseView } from "../sealing/index.ts";
import { isChoice } from "../state/firstscreen.ts";
import { isBegun } from "../state/drafts.ts";
import { shown, writtenIn } from "../state/opened.ts";
import { translationNote, translationOf } from "../state/translations.ts";
import { day, locale, t } from "../words.ts";
import { NoteForm } from "./noteform.tsx";

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
    <NoteForm
      reference={reference}
      place={placeOf(row, into)}
      label={t("Translation into {language}", { language: languageName(into) })}
      hint={t("Sealed as a note, with your name.")}
      rows={3}
      lang={into}
      seal={t("Seal and keep it")}
      noteOf={(words) => translationNote(row, into, words)}
      onDone={() => setWriting(false)}
    />
  ) : (
    <button type="button" class="quiet add-translation no-print" onClick={() => setWriting(true)}>
      {isBegun(reference, placeOf(row, into)) ? t("Write on: a translation") : t("Add a translation")}
    </button>
  );
}

const placeOf = (row: AnswerRow, into: string): string => `translation of ${row.node} into ${into}`;
