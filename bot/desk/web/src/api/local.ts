// What only the desk on an own computer answers: whom it was started for, the key file once for each start token, and
// whether the server's record of acts is still the one this computer saw before.
import { utf8, type Bytes } from "../sealing/index.ts";
import { call, fileText } from "./client.ts";
import { dayText, flag, formed, maybe, number, record, text, type Of } from "./shape.ts";

const hash = formed(/^[0-9a-f]{64}$/);
const PIN = record({
  root_fingerprint: hash,
  server: text(512),
  name: text(64),
  version: text(64),
  page: record({ hash }),
});
const HEAD = record({
  count: number,
  hash,
  agrees: flag,
  kept: maybe(record({ count: number, hash, day: dayText })),
});

export type Pin = Of<typeof PIN>;
export type LocalHead = Of<typeof HEAD>;

/** What the local desk says about itself; whoever asks a hosted page gets an error. */
export const localPin = (): Promise<Pin> => call("GET", "/local/pin", PIN);

/** The key file that the local desk was started with; it comes from this computer and goes nowhere. */
export async function localKey(start: string): Promise<Bytes> {
  return utf8(await fileText("/local/key", start));
}

/** Whether the server's audit still contains what this computer saw. */
export const localHead = (): Promise<LocalHead> => call("GET", "/local/head", HEAD);
