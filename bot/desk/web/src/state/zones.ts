// What time it is somewhere: offsets of time zones at a moment, and from them minutes of the day. Pure.
const MINUTE = 60_000;
const DAY = 24 * 60;

/** The different offsets from UTC that these zones have at a moment, in minutes, the westernmost first; none where this
 * browser does not know one of them. */
export function offsetsAt(zones: readonly string[], moment: number): readonly number[] {
  try {
    return [...new Set(zones.map((zone) => offsetAt(zone, moment)))].sort((one, other) => one - other);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** The minute of the day at a moment, this many minutes east of UTC. */
export function minuteOfDay(moment: number, offset: number): number {
  const minute = (Math.floor(moment / MINUTE) + offset) % DAY;
  return (minute + DAY) % DAY;
}

/** A minute of the day as people write it: 04:10. */
export function timeText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

// The browser is asked for numbers only, always in the same form: nothing of its language shows.
function offsetAt(zone: string, moment: number): number {
  const whole = Math.floor(moment / MINUTE) * MINUTE;
  const form = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const parts = new Map(form.formatToParts(whole).map((part) => [part.type, Number(part.value)]));
  const at = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return (Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute")) - whole) / MINUTE;
}
