// Notes for staff alone: shown below the replies, written here, sealed like the case itself. Translations are notes too and
// stand under their answers instead.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useKeys } from "../keys.ts";
import type { CaseView } from "../sealing/index.ts";
import { isBegun } from "../state/drafts.ts";
import { plainNotes } from "../state/translations.ts";
import { t } from "../words.ts";
import { Letter } from "./caseparts.tsx";
import { NoteForm } from "./noteform.tsx";

export function Notes(props: { readonly reference: string; readonly view: CaseView; readonly canWrite: boolean }): JSX.Element {
  const { reference, canWrite } = props;
  const notes = plainNotes(props.view);
  const [writing, setWriting] = useState(false);
  useKeys({ note: canWrite ? () => setWriting(true) : undefined });
  return (
    <section class="case-part" aria-labelledby="notes">
      <h2 id="notes">{t("Internal notes")}</h2>
      {notes.length === 0 ? <p>{t("No notes yet.")}</p> : null}
      {notes.map((note, place) => (
        <Letter key={place} letter={note} class="note" />
      ))}
      {writing ? (
        <NoteForm
          reference={reference}
          place="note"
          label={t("Note for staff")}
          hint={t("Sealed here for whoever can open this case. The person never sees it.")}
          rows={4}
          seal={t("Seal and keep the note")}
          noteOf={(words) => words}
          onDone={() => setWriting(false)}
        />
      ) : canWrite ? (
        <button type="button" class="quiet" onClick={() => setWriting(true)}>
          {isBegun(reference, "note") ? t("Write on: a note") : t("Write a note")}
        </button>
      ) : null}
    </section>
  );
}
