// The conversation that a person went through, in all its languages: believed only where its hash is the one that stands
// in the person's own manifest. Gives questions and labels in the reader's language; shows nothing.
import { askConversation } from "../api/cases.ts";
import { ShapeError, list, maybe, record, text, type Of, type Reader } from "../api/shape.ts";
import { sha256Text } from "../sealing/index.ts";

const id = text(64);
const key = maybe(text(128));

const form = record({
  nodes: list(record({ id, section: key, say: text(128), say_self: key, options: maybe(list(record({ id, label: key }))) })),
  sections: list(record({ id, title: key })),
  texts: table(table(text(8_000))),
});

/** A reader of an object as a table of values. */
function table<Value>(read: Reader<Value>): Reader<ReadonlyMap<string, Value>> {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ShapeError("a table");
    return new Map(Object.entries(value).map(([name, each]: [string, unknown]) => [name, read(each)]));
  };
}

type Form = Of<typeof form>;
type Node = Form["nodes"][number];

export class Conversation {
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #titles: ReadonlyMap<string, string>;
  readonly #texts: Form["texts"];
  readonly #order: ReadonlyMap<string, number>;

  constructor(read: Form) {
    this.#nodes = new Map(read.nodes.map((node) => [node.id, node]));
    this.#titles = new Map(read.sections.map((section) => [section.id, section.title ?? ""]));
    this.#order = new Map(read.sections.map((section, place) => [section.id, place]));
    this.#texts = read.texts;
  }

  /** The question in `locale`, in the wording of the two that was asked; null where that language lacks it. */
  question(id: string, asked: string, askedIn: string, locale: string): string | null {
    const node = this.#nodes.get(id);
    if (node === undefined) return null;
    const self = node.say_self;
    const key = self !== null && this.#text(askedIn, self) === asked ? self : node.say;
    return this.#text(locale, key);
  }

  /** The label of an option in `locale`. */
  label(id: string, option: string, locale: string): string | null {
    const found = this.#nodes.get(id)?.options?.find((each) => each.id === option);
    return found === undefined || found.label === null ? null : this.#text(locale, found.label);
  }

  /** The topic of a question; "" for the opening. */
  section(id: string): string {
    return this.#nodes.get(id)?.section ?? "";
  }

  /** The name of a topic in `locale`. */
  title(section: string, locale: string): string | null {
    const key = this.#titles.get(section);
    return key === undefined || key === "" ? null : this.#text(locale, key);
  }

  /** Where a topic stands among the others. */
  place(section: string): number {
    return this.#order.get(section) ?? -1;
  }

  #text(locale: string, key: string): string | null {
    return this.#texts.get(locale)?.get(key) ?? null;
  }
}

const known = new Map<string, Conversation>();

/** The conversation of this digest, or null where the server has none that fits it. */
export async function conversationOf(digest: string): Promise<Conversation | null> {
  const before = known.get(digest);
  if (before !== undefined) return before;
  const written = await askConversation(digest);
  if (sha256Text(written) !== digest) return null;
  const found = new Conversation(form(JSON.parse(written)));
  known.set(digest, found);
  return found;
}
