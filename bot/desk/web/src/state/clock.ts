// The time as the desk shows it: one clock for all views, and lengths of time reckoned from it. What the server wrote down
// is reckoned by the server's clock; what time it is for a person, by this computer's, which no server can move.
import { signal } from "@preact/signals";

const TICK = 15_000;
const MINUTE = 60_000;

/** Now, in milliseconds, by this computer; moves on by itself. */
export const now = signal(Date.now());

/** How far the server's clock is ahead of this computer's, in milliseconds. */
const ahead = signal(0);

setInterval(() => {
  now.value = Date.now();
}, TICK);

/** Reckon with what the server just said that time it is. */
export function heard(moment: string): void {
  ahead.value = Date.parse(moment) - Date.now();
}

/** Minutes since a moment that the server named; negative while it lies ahead. */
export function minutesSince(moment: string): number {
  return (now.value + ahead.value - Date.parse(moment)) / MINUTE;
}

/** Whether a moment that the server named still lies ahead. */
export function isAhead(moment: string): boolean {
  return minutesSince(moment) < 0;
}

/** Which minute it is: another number with each. */
export function minuteNow(): number {
  return Math.floor(now.value / MINUTE);
}
