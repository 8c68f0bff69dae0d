// The form in which a note is written, for staff or as a translation: kept while its writer looks elsewhere, sealed like
// the case when it is done.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useKeys } from "../keys.ts";
import { ErrorNote, Field } from "../parts.tsx";
import { announce } from "../session.ts";
import { useDraft } from "../state/drafts.ts";
import { writeNote } from "../state/opened.ts";
import { t } from "../words.ts";
import { focused } from "./focused.ts";

const LONGEST = 20_000;

/** `place` is where its draft is kept, `seal` the words of its button; `noteOf` makes the note of what was typed. */
export function NoteForm(props: {
  readonly reference: string;
  readonly place: string;
  readonly label: string;
  readonly hint: string;
  readonly rows: number;
  readonly lang?: string;
  readonly seal: string;
  readonly noteOf: (words: string) => string;
  readonly onDone: () => void;
}): JSX.Element {
  const [words, setWords] = useDraft(props.reference, props.place);
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
      await writeNote(props.noteOf(words.trim()));
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
      <Field label={props.label} hint={props.hint}>
        {(ids) => (
          <textarea
            {...ids}
            rows={props.rows}
            maxLength={LONGEST}
            lang={props.lang}
            value={words}
            ref={focused}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="row">
        <button type="submit" class="quiet" disabled={busy || words.trim() === ""}>
          {busy ? t("Sealing…") : props.seal}
        </button>
        <button type="button" class="quiet" onClick={finish}>
          {t("Cancel")}
        </button>
      </div>
    </form>
  );
}
