// The body of an answer file: one message or part of the person's own words (docs/sealed-format.md section 5).
import { WORDS_LIMIT, decode } from "./canonical.ts";
import { EnvelopeError, MalformedError } from "./errors.ts";

/** What the person wrote to one question, and what they were asked. */
export interface Answer {
  readonly node: string;
  readonly kind: string;
  readonly part: number;
  readonly words: string;
  readonly question: string;
  readonly locale: string;
  readonly day: string;
  readonly conversation: string;
  readonly version: string;
  readonly digest: string;
  readonly flags: readonly string[];
}

/** Read the body. */
export function readAnswer(body: Uint8Array): Answer {
  try {
    const record = decode(body, 4 * 1_048_576);
    const answer = {
      node: record.text("node"),
      kind: record.text("kind"),
      part: record.number("part"),
      words: record.text("words", WORDS_LIMIT),
      question: record.text("question", 4_096),
      locale: record.text("locale"),
      day: record.text("day"),
      conversation: record.text("conversation"),
      version: record.text("version"),
      digest: record.text("digest"),
      flags: record.texts("flags"),
    };
    record.close();
    return answer;
  } catch (error) {
    if (error instanceof MalformedError) throw new EnvelopeError(`this is not an answer of ours: ${error.message}`);
    throw error;
  }
}
