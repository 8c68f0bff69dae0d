// What may be done while a reply waits unread: the ladder of silence. Pure; a rung is a hint to the reader, who decides.
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

/** The highest rung that is reached and allowed; null where no reply waits. */
export function rungOf({ unreadDays, lineAllowed, trustedAllowed }: Silence): Rung | null {
  if (unreadDays === null) return null;
  if (unreadDays >= GIVEN_UP) return "close";
  if (unreadDays >= TRUSTED && trustedAllowed) return "trusted";
  return unreadDays >= NEUTRAL_LINE && lineAllowed ? "line" : "wait";
}
