// The word lists of receipt words and passphrases: 2,048 words each, the very files that the server reads.
import english from "../../../../sealing/words/en.txt?raw";
import russian from "../../../../sealing/words/ru.txt?raw";

const LISTS = { en: english.trim().split("\n"), ru: russian.trim().split("\n") };

/** Word number `place` of a list. */
export function word(language: "en" | "ru", place: number): string {
  const found = LISTS[language][place];
  if (found === undefined) throw new RangeError("a list has 2,048 words");
  return found;
}
