// What may be done while a reply waits unread: the ladder of silence. Pure; a rung is a hint to the reader, who decides.
import type { MessageRow } from "../sealing/index.ts";

const NEUTRAL_LINE = 3;
const TRUSTED = 14;
const GIVEN_UP = 90;

/** What is known of the silence; `unreadDays` is the age of the oldest reply that waits, null where none does. */
export interface Silence {
  readonly unreadDays: number | null;
  /** Whether the one neutral line is allowed, and was not sent since that reply. */
  readonly lineAllowed: boolean;
  /** Whether they asked that a person they trust be contacted. */
  readonly trustedAllowed: boolean;
}

export type Rung = "wait" | "line" | "trusted" | "close";

/** Replies that wait since `day` or later and that the person cannot be shown: no key of the list as it is now signed
 * them. Silence after them says nothing about the person. */
export function unreadable(messages: readonly MessageRow[], day: string): readonly MessageRow[] {
  return messages.filter((message) => message.signed !== true && message.received_day >= day);
}

/** The highest rung that is reached and allowed; null where no reply waits. */
export function rungOf({ unreadDays, lineAllowed, trustedAllowed }: Silence): Rung | null {
  if (unreadDays === null) return null;
  if (unreadDays >= GIVEN_UP) return "close";
  if (unreadDays >= TRUSTED && trustedAllowed) return "trusted";
  return unreadDays >= NEUTRAL_LINE && lineAllowed ? "line" : "wait";
}
