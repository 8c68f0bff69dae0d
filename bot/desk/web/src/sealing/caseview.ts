// An opened case as rows to show: the JSON that `panoh cases open --json` prints, key for key. Made from chains that
// are already opened; opens nothing itself.
import type { Answer } from "./answer.ts";
import { hex } from "./bytes.ts";
import { encode } from "./canonical.ts";
import type { Compartment } from "./casekey.ts";
import type { Chain, Problem } from "./chain.ts";
import type { ConsentChange } from "./consent.ts";
import type { Choice, Manifest } from "./manifest.ts";
import type { Receipt } from "./receipt.ts";

/** One answer: a choice, or words. `sending` is the first sending from which on it stands unchanged; 0 if unproven. */
export type AnswerRow = {
  readonly node: string;
  readonly compartment: Compartment;
  readonly kind: string;
  readonly value: string | readonly string[];
  readonly labels: readonly string[];
  readonly question: string;
  readonly locale: string;
  readonly received_day: string;
  readonly sending: number;
};

/** One consent; `withdrawn_day` is null while it holds. */
export type ConsentRow = {
  readonly node: string;
  readonly value: string;
  readonly label: string;
  readonly question: string;
  readonly version: string;
  readonly locale: string;
  readonly received_day: string;
  readonly withdrawn_day: string | null;
};

/** A reply or note; `signed` says whether the author's key in the keyring signed it, null where there is no such key. */
export type LetterRow = {
  readonly author: string;
  readonly received_day: string;
  readonly value: string;
  readonly signed: boolean | null;
};

/** A reply to the person, as the case keeps it. */
export type MessageRow = LetterRow & { readonly fingerprint: string };

/** The case as JSON values. */
export type CaseView = {
  readonly reference: string;
  readonly conversation: string;
  readonly version: string;
  readonly digest: string;
  readonly locale: string;
  readonly urgency: string;
  readonly reasons: readonly string[];
  readonly flags: readonly string[];
  readonly ending: string;
  readonly unfinished: readonly string[];
  readonly consents: readonly ConsentRow[];
  readonly answers: readonly AnswerRow[];
  readonly attachments: readonly { readonly object: string; readonly compartment: Compartment }[];
  readonly messages: readonly MessageRow[];
  readonly notes: readonly LetterRow[];
  readonly fingerprint: Receipt | null;
  readonly sealed: readonly Compartment[];
  readonly unproven: readonly AnswerRow[];
  readonly problems: readonly Problem[];
};

/** The answers of one compartment, in the order of the conversation. */
export function answerRows(chain: Chain): readonly AnswerRow[] {
  const { manifest } = chain;
  if (manifest === null) return [];
  const byNode = new Map<string, Answer[]>();
  for (const answer of chain.answers) byNode.set(answer.node, [...(byNode.get(answer.node) ?? []), answer]);
  const rows = [
    ...manifest.choices.map((choice) => choiceRow(chain, choice)),
    ...[...byNode.values()].map((parts) => wordsRow(chain.compartment, parts, sinceOfWords(chain, parts[0]?.node ?? ""))),
  ];
  const order = new Map(manifest.nodes.map((node, place) => [node, place]));
  const place = (row: AnswerRow): number => order.get(row.node) ?? order.size;
  // A question answered by a choice and in words gives two rows, the choice first: sorting keeps that order.
  return rows.sort((one, other) => place(one) - place(other));
}

/** The answers that open but that no proven manifest lists. */
export function unprovenRows(chain: Chain): readonly AnswerRow[] {
  return chain.unproven.map((answer) => wordsRow(chain.compartment, [answer], 0));
}

/** The consents, with the changes since, the last of which rules. */
export function consentRows(ruling: readonly Manifest[], changes: readonly ConsentChange[]): readonly ConsentRow[] {
  const rows = new Map<string, ConsentRow>();
  for (const manifest of ruling) {
    for (const { node, option, label, question, version, locale, day } of manifest.consents) {
      rows.set(node, { node, value: option, label, question, version, locale, received_day: day, withdrawn_day: null });
    }
  }
  for (const { node, option, granted, version, locale, day, question } of changes) {
    const row = rows.get(node);
    if (granted || row === undefined) {
      const withdrawn_day = granted ? null : day;
      rows.set(node, { node, value: option, label: "", question, version, locale, received_day: day, withdrawn_day });
    } else {
      rows.set(node, { ...row, withdrawn_day: day });
    }
  }
  return [...rows.values()];
}

function choiceRow(chain: Chain, choice: Choice): AnswerRow {
  const options = choice.picks.map((pick) => pick.option);
  const same = (manifest: Manifest): boolean =>
    manifest.choices.some((other) => hex(encode(other)) === hex(encode(choice)));
  return {
    node: choice.node,
    compartment: chain.compartment,
    kind: choice.kind,
    value: choice.kind === "many" || options.length > 1 ? options : (options[0] ?? ""),
    labels: choice.picks.map((pick) => pick.label),
    question: choice.question,
    locale: choice.locale,
    received_day: choice.day,
    sending: since(chain, same),
  };
}

function wordsRow(compartment: Compartment, answers: readonly Answer[], sending: number): AnswerRow {
  const parts = [...answers].sort((one, other) => one.part - other.part);
  const [first] = parts;
  if (first === undefined) throw new RangeError("an answer has a part");
  return {
    node: first.node,
    compartment,
    kind: first.kind,
    value: parts.map((part) => part.words).join("\n"),
    labels: [],
    question: first.question,
    locale: first.locale,
    received_day: first.day,
    sending,
  };
}

function sinceOfWords(chain: Chain, node: string): number {
  const listed = (manifest: Manifest): readonly string[] =>
    manifest.objects.filter((one) => one.node === node).map((one) => one.object);
  const now = chain.manifest === null ? [] : listed(chain.manifest);
  return since(chain, (manifest) => {
    const then = new Set(listed(manifest));
    return now.every((object) => then.has(object));
  });
}

/** The number of the first manifest of the unbroken run, up to the latest, that says it. */
function since(chain: Chain, says: (manifest: Manifest) => boolean): number {
  let number = 0;
  for (const manifest of [...chain.manifests].reverse()) {
    if (!says(manifest)) break;
    number = manifest.number;
  }
  return number;
}
