// What somebody began to write and has not sent: kept while they look elsewhere, forgotten when it is sent or cancelled,
// when the case is not theirs to read any more, and with the page. In memory only; nothing of it is sent before it is sealed.
import { useState } from "preact/hooks";

const drafts = new Map<string, string>();

/** Words of this case that are kept in `place`, such as "note", and how they are changed; "" forgets them. */
export function useDraft(reference: string, place: string): readonly [string, (words: string) => void] {
  const [words, setWords] = useState(drafts.get(at(reference, place)) ?? "");
  const change = (changed: string): void => {
    if (changed === "") drafts.delete(at(reference, place));
    else drafts.set(at(reference, place), changed);
    setWords(changed);
  };
  return [words, change];
}

/** Whether something was begun there. */
export function isBegun(reference: string, place: string): boolean {
  return drafts.has(at(reference, place));
}

/** Forget whatever was begun in a case. */
export function forgetDrafts(reference: string): void {
  for (const key of [...drafts.keys()].filter((each) => each.startsWith(`${reference} `))) drafts.delete(key);
}

const at = (reference: string, place: string): string => `${reference} ${place}`;
