// What must not stand in a reply: words that harm whoever is seen reading them, names of staff, and the person's own
// story. Pure; the words are those of the three languages of the chat.
import type { CaseView } from "../sealing/index.ts";
import { isChoice, values } from "./firstscreen.ts";

/** So many words in a row from the answers are a quotation. */
const QUOTED = 5;

const UNSAFE: readonly RegExp[] = [
  /^(?:police|interrogat\w*|torture\w*|reprisals?|prosecut\w*|detain\w*|arrest\w*|prison|lawyer\w*)$/u,
  /^(?:un|ohchr|geneva|nations?)$/u,
  /^(?:полици\p{L}*|милици\p{L}*|допрос\p{L}*|пытк\p{L}*|репресси\p{L}*|прокур\p{L}*|задерж\p{L}*|арест\p{L}*|тюрьм\p{L}*|адвокат\p{L}*)$/u,
  /^(?:оон|увкпч|женев\p{L}*|наци[йия]\p{L}*)$/u,
  /^(?:полис\p{L}*|милитси\p{L}*|пурсиш\p{L}*|шиканҷа\p{L}*|прокурор\p{L}*|дастгир\p{L}*|ҳабс\p{L}*|маҳбас\p{L}*|зиндон\p{L}*)$/u,
  /^(?:смм|милал\p{L}*)$/u,
  /^(?:panoh|паноҳ|панох)$/u,
];

/** A piece of a reply; `why` is empty where it may stand. */
export interface Piece {
  readonly words: string;
  readonly why: "" | "unsafe" | "name";
}

/** The reply in pieces, those that must not be in it marked. */
export function marked(reply: string, names: readonly string[]): readonly Piece[] {
  const known = new Set(names.flatMap((name) => wordsOf(name)).filter((word) => word.length > 2));
  return (reply.match(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+/gu) ?? []).map((words) => ({ words, why: reasonOf(words, known) }));
}

/** Words of the story that the reply repeats; "" where it quotes nothing. */
export function quotation(reply: string, view: CaseView): string {
  const written = wordsOf(reply);
  const told = view.answers.filter((row) => !isChoice(row)).flatMap((row) => runs(wordsOf(values(row).join(" "))));
  const known = new Set(told);
  return runs(written).find((run) => known.has(run)) ?? "";
}

/** What people wrote in the identity, as far as it is open: none of it belongs into a reply. */
export function identityWords(view: CaseView): readonly string[] {
  return view.answers.filter((row) => row.compartment === "identity" && !isChoice(row)).flatMap(values);
}

function reasonOf(words: string, names: ReadonlySet<string>): Piece["why"] {
  const folded = words.normalize("NFC").toLowerCase();
  if (UNSAFE.some((form) => form.test(folded))) return "unsafe";
  return names.has(folded) ? "name" : "";
}

function wordsOf(text: string): readonly string[] {
  return text.normalize("NFC").toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

function runs(words: readonly string[]): readonly string[] {
  return words.slice(0, Math.max(0, words.length - QUOTED + 1)).map((_, place) => words.slice(place, place + QUOTED).join(" "));
}
