// Notes for staff alone: shown below the replies, written here, sealed like the case itself. Translations are notes too and
// stand under their answers instead.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useKeys } from "../keys.ts";
import { ErrorNote, Field } from "../parts.tsx";
import type { CaseView } from "../sealing/index.ts";
import { announce } from "../session.ts";
import { isBegun, useDraft } from "../state/drafts.ts";
import { writeNote } from "../state/opened.ts";
import { plainNotes } from "../state/translations.ts";
import { t } from "../words.ts";
import { Letter } from "./caseparts.tsx";
import { focused } from "./focused.ts";

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
        <Writing reference={reference} onDone={() => setWriting(false)} />
      ) : canWrite ? (
        <button type="button" class="quiet" onClick={() => setWriting(true)}>
          {isBegun(reference, "note") ? t("Write on: a note") : t("Write a note")}
        </button>
      ) : null}
    </section>
  );
}

function Writing(props: { readonly reference: string; readonly onDone: () => void }): JSX.Element {
  const [words, setWords] = useDraft(props.reference, "note");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const finish = (): void => {
    setWords("");
    props.onDone();
  };
  const submit = async (): Promise<void> => {
    if (words.trim() === "" || busy) return;
    setBusy(true);
    setError(null);
    try {
      await writeNote(words.trim());
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
  useKeys({ submit: () => void submit(), back }, form);
  return (
    <form
      class="stack note-form no-print"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <ErrorNote error={error} />
      <Field label={t("Note for staff")} hint={t("Sealed here for whoever can open this case. The person never sees it.")}>
        {(ids) => (
          <textarea {...ids} rows={4} maxLength={20_000} value={words} ref={focused} onInput={(event) => setWords(event.currentTarget.value)} />
        )}
      </Field>
      <div class="row">
        <button type="submit" class="quiet" disabled={busy || words.trim() === ""}>
          {busy ? t("Sealing…") : t("Seal and keep the note")}
        </button>
        <button type="button" class="quiet" onClick={finish}>
          {t("Cancel")}
        </button>
      </div>
    </form>
  );
}
