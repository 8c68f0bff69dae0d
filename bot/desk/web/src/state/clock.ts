// The time as the desk shows it: one clock for all views, and lengths of time reckoned from it.
import { signal } from "@preact/signals";

const TICK = 15_000;
const MINUTE = 60_000;

/** Now, in milliseconds; moves on by itself. */
export const now = signal(Date.now());

setInterval(() => {
  now.value = Date.now();
}, TICK);

/** Minutes since a moment; negative while it lies ahead. */
export function minutesSince(moment: string): number {
  return (now.value - Date.parse(moment)) / MINUTE;
}

/** Whether a moment still lies ahead. */
export function isAhead(moment: string): boolean {
  return Date.parse(moment) > now.value;
}
