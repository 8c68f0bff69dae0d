// Translations of answers by staff: kept as sealed notes whose first line says of which answer and into which language.
// The original is never replaced. Pure.
import type { AnswerRow, CaseView, LetterRow } from "../sealing/index.ts";

const HEAD = /^translation of ([A-Za-z0-9_]{1,64}) into ([a-z]{2,3})\n/;

/** The latest translation of an answer, with who wrote it. */
export function translationOf(view: CaseView, row: AnswerRow, locale: string): { readonly words: string; readonly note: LetterRow } | null {
  for (const note of [...view.notes].reverse()) {
    const found = HEAD.exec(note.value);
    if (found?.[1] === row.node && found[2] === locale) return { words: note.value.slice(found[0].length), note };
  }
  return null;
}

/** The note that holds a translation. */
export function translationNote(row: AnswerRow, locale: string, words: string): string {
  return `translation of ${row.node} into ${locale}\n${words}`;
}

/** Notes that are no translations. */
export function plainNotes(view: CaseView): readonly LetterRow[] {
  return view.notes.filter((note) => !HEAD.test(note.value));
}
