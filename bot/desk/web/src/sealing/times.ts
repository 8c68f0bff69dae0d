// Times as the format writes them: 2026-11-23T08:00:00Z. Reads no clock; what time it is, is told by the caller.
import { MalformedError } from "./errors.ts";

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** A time as the format writes it. */
export function timeText(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/** A day as the format writes it, in UTC. */
export function dayText(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** Read a time of the format. */
export function parseTime(written: string): Date {
  const moment = new Date(FORM.test(written) ? written : NaN);
  if (Number.isNaN(moment.getTime()) || timeText(moment) !== written) {
    throw new MalformedError("a time is written 2026-11-23T08:00:00Z");
  }
  return moment;
}
