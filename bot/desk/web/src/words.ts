// The desk's words, days and names of countries in the reader's language, from files that the server makes from its
// catalogues. The browser's own languages are asked for nothing: they know no Tajik.
import { signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

export type Locale = "en" | "ru" | "tg";

/** The languages of the desk and what each calls itself. */
export const LOCALES: readonly (readonly [Locale, string])[] = [
  ["en", "English"],
  ["ru", "Русский"],
  ["tg", "Тоҷикӣ"],
];

interface Words {
  readonly locale: Locale;
  readonly messages: ReadonlyMap<string, string>;
  readonly months: readonly string[];
  readonly weekdays: readonly string[];
  readonly countries: ReadonlyMap<string, string>;
  readonly zones: ReadonlyMap<string, readonly string[]>;
  readonly date: string;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ENGLISH: Words = {
  locale: "en",
  messages: new Map(),
  months: MONTHS,
  weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
  countries: new Map(),
  zones: new Map(),
  date: "d MMM yyyy",
};

const words = signal<Words>(ENGLISH);

/** The language that is shown now. */
export function locale(): Locale {
  return words.value.locale;
}

/** The text in the reader's language; `{name}` stands for a value. The English text is its name in the catalogue. */
export function t(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  const found = words.value.messages.get(text) ?? text;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** Marks a text that is translated where it is shown, so that it stands in the catalogue. */
export function mark(text: string): string {
  return text;
}

/** A day as people write it in this language. */
export function day(written: string): string {
  const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(written);
  if (found === null) return "–";
  return shaped(found[1] ?? "", Number(found[2]), Number(found[3]));
}

/** A moment in the clock of this machine. */
export function moment(written: string): string {
  const when = new Date(written);
  if (Number.isNaN(when.getTime())) return "–";
  return `${shaped(String(when.getFullYear()), when.getMonth() + 1, when.getDate())} ${clock(when)}`;
}

/** Hours and minutes in the clock of this machine. */
export function clock(when: Date): string {
  return `${two(when.getHours())}:${two(when.getMinutes())}`;
}

/** The name of the weekday; Monday is 0. */
export function weekday(number: number): string {
  return words.value.weekdays[number] ?? "";
}

/** A length of time in short units, which need no plural. */
export function span(minutes: number): string {
  const whole = Math.max(0, Math.floor(minutes));
  if (whole < 60) return t("{n} min", { n: whole });
  const hours = Math.floor(whole / 60);
  if (hours < 48) {
    const rest = whole % 60;
    return hours < 10 && rest > 0 ? t("{h} h {n} min", { h: hours, n: rest }) : t("{h} h", { h: hours });
  }
  return t("{d} d", { d: Math.floor(hours / 24) });
}

/** The name of a country, or its code where it has none. */
export function country(code: string): string {
  return words.value.countries.get(code) ?? code;
}

/** The time zones of a country by their names in the tz database; none where it is not known. */
export function zonesOf(code: string): readonly string[] {
  return words.value.zones.get(code.toUpperCase()) ?? [];
}

/** Show the desk in this language from now on; keeps the choice. */
export async function setLocale(chosen: Locale): Promise<void> {
  words.value = await load(chosen);
  document.documentElement.lang = chosen;
  keep("locale", chosen);
}

/** Show the desk in the language that was chosen before, else in that of the browser, else in English. */
export async function startWords(): Promise<void> {
  const wanted = [kept("locale"), ...navigator.languages.map((each) => each.slice(0, 2))];
  const found = wanted.find((each) => LOCALES.some(([code]) => code === each)) ?? "en";
  const chosen = LOCALES.find(([code]) => code === found)?.[0] ?? "en";
  words.value = await load(chosen);
  document.documentElement.lang = words.value.locale;
}

async function load(chosen: Locale): Promise<Words> {
  try {
    const answer = await fetch(`/words/${chosen}.json`, { credentials: "omit" });
    return read(chosen, answer.ok ? await answer.json() : {});
  } catch {
    // Without the file the desk speaks English rather than not at all.
    return ENGLISH;
  }
}

function read(chosen: Locale, value: unknown): Words {
  const fields = isFields(value) ? value : {};
  const { messages, months, weekdays, countries, zones, date } = fields;
  return {
    locale: chosen,
    messages: texts(messages),
    months: listed(short(months), 12) ?? ENGLISH.months,
    weekdays: listed(short(weekdays), 7) ?? ENGLISH.weekdays,
    countries: texts(countries),
    zones: lists(zones),
    date: typeof date === "string" && date.length < 32 ? date : ENGLISH.date,
  };
}

function texts(value: unknown): ReadonlyMap<string, string> {
  const pairs = Object.entries(isFields(value) ? value : {});
  return new Map(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== ""));
}

function lists(value: unknown): ReadonlyMap<string, readonly string[]> {
  const pairs = Object.entries(isFields(value) ? value : {});
  return new Map(pairs.map(([name, each]) => [name, Array.isArray(each) ? each.filter((one) => typeof one === "string") : []]));
}

function short(names: unknown): unknown {
  return isFields(names) ? names.short : undefined;
}

function listed(value: unknown, count: number): readonly string[] | null {
  return Array.isArray(value) && value.length === count && value.every((each) => typeof each === "string") ? value : null;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shaped(year: string, month: number, dayOfMonth: number): string {
  return words.value.date.replace(/y+|M+|d+/g, (part) => {
    if (part.startsWith("y")) return year;
    if (part.startsWith("M")) return part.length > 2 ? (words.value.months[month - 1] ?? "") : two(month);
    return part.length === 2 ? two(dayOfMonth) : String(dayOfMonth);
  });
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
