// The drill: a made-up case, sealed to one's own key as the bot seals cases, for opening it once before the first real
// one. It exists only on this page and is sent nowhere.
import { hex, join, random, utf8, type Bytes } from "./bytes.ts";
import type { CaseInput, Entry } from "./caseinput.ts";
import { encode, type JsonObject } from "./canonical.ts";
import { COMPARTMENTS, caseKeyText, type Compartment } from "./casekey.ts";
import { seal } from "./envelope.ts";
import { NO_HASH, type Kind } from "./header.ts";
import type { Key } from "./keyfile.ts";
import { identityOf, identityText } from "./recipients.ts";
import { mac, sha256 } from "./suite.ts";

const REFERENCE = "PN-0000-TEST";
const CONVERSATION = { conversation: "drill", version: "1", digest: NO_HASH };

/** A case of one answer in each of these compartments, which only `key` opens. `day` is today. */
export async function drillCase(
  key: Key,
  words: { readonly question: string; readonly answer: string; readonly locale: string },
  day: string,
  compartments: readonly Compartment[] = COMPARTMENTS,
): Promise<CaseInput> {
  const place = { deployment: hex(random(16)), case: hex(random(16)) };
  const tagKey = random(32);
  const index: Entry[] = [];
  const files = new Map<string, Bytes>();
  for (const compartment of compartments) {
    const seed = random(32);
    const { recipient } = await identityOf(seed);
    const add = async (kind: Kind, body: Bytes, to: string, number = 0): Promise<{ object: string; sha256: string }> => {
      const object = hex(random(16));
      const data = await seal({ kind, ...place, object, seq: number }, body, [to]);
      files.set(object, data);
      index.push({ object, kind, compartment, number, day });
      return { object, sha256: hex(sha256(data)) };
    };
    const text = caseKeyText(place.deployment, place.case, compartment, 1, hex(tagKey), identityText(seed));
    seed.fill(0);
    await add("case_key", text, key.identity.recipient, 1);
    const { question, answer, locale } = words;
    const said = { node: "drill", kind: "words", part: 0, words: answer, question, locale, day, ...CONVERSATION, flags: [] };
    const listed = await add("answer", encode(said), recipient);
    const objects = [{ ...listed, node: "drill", part: 0 }];
    await add("manifest", tagged(manifest(place, compartment, day, locale, objects), tagKey), recipient, 1);
  }
  const head = { reference: REFERENCE, ...place, urgency: "routine", locale: words.locale };
  return { ...head, index, rewraps: [], fetched: compartments, files };
}

function manifest(
  place: { readonly deployment: string; readonly case: string },
  compartment: Compartment,
  day: string,
  locale: string,
  objects: readonly JsonObject[],
): JsonObject {
  return {
    reference: REFERENCE,
    ...place,
    compartment,
    number: 1,
    previous: NO_HASH,
    companion: null,
    day,
    ending: "person",
    ...CONVERSATION,
    locale,
    urgency: compartment === "facts" ? "routine" : "",
    reasons: [],
    flags: [],
    unfinished: [],
    recipients: 1,
    mailbox: null,
    ping: null,
    nodes: ["drill"],
    choices: [],
    consents: [],
    objects,
  };
}

function tagged(fields: JsonObject, tagKey: Bytes): Bytes {
  return encode({ ...fields, tag: hex(mac(tagKey, join(utf8("panoh manifest 1\n"), encode(fields)))) });
}
