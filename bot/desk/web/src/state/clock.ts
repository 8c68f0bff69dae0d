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

/** The clock of a country that has one zone and no summer time, as minutes of the day; null where that is not sure. */
export function clockIn(countryCode: string): { readonly hours: number; readonly minutes: number } | null {
  const offset = FIXED_OFFSETS[countryCode];
  if (offset === undefined) return null;
  const there = new Date(now.value + offset * 60 * MINUTE);
  return { hours: there.getUTCHours(), minutes: there.getUTCMinutes() };
}

const FIXED_OFFSETS: Readonly<Record<string, number>> = { tj: 5, uz: 5, kz: 5, kg: 6, tm: 5, tr: 3 };
