// The queue as it is shown: the pages fetched so far for the filters in the address, kept up to date while people look.
// Rows hold what the server itself can read; nothing opened is kept here.
import { signal } from "@preact/signals";
import { URGENCY_CODES, VIEWS, askCases, type CasePage, type CaseRow } from "../api/cases.ts";
import { announce } from "../session.ts";
import { heard } from "./clock.ts";
import { languageName, urgencyName } from "../names.ts";
import { t } from "../words.ts";

const PAGE = 50;
// The server gives no more at once.
const MOST = 200;
const SORTS = ["urgency", "arrived", "due"];

export type Filters = { readonly view: string; readonly urgency: string; readonly language: string; readonly sort: string };

export interface Queue {
  readonly filters: Filters;
  readonly rows: readonly CaseRow[];
  readonly next: string | null;
  readonly counts: CasePage["counts"] | null;
  readonly busy: boolean;
  readonly error: unknown;
}

const NOTHING: Filters = { view: "", urgency: "", language: "", sort: "" };

export const queue = signal<Queue>({ filters: NOTHING, rows: [], next: null, counts: null, busy: false, error: null });

/** The filters in an address; what is not known there is left out. */
export function filtersOf(query: Readonly<Record<string, string>>): Filters {
  const known = (value: string | undefined, choices: readonly string[], otherwise: string): string =>
    value !== undefined && choices.includes(value) ? value : otherwise;
  const language = query.language ?? "";
  return {
    view: known(query.view, VIEWS, "open"),
    urgency: known(query.urgency, URGENCY_CODES, ""),
    language: /^[a-z]{2,3}$/.test(language) ? language : "",
    sort: known(query.sort, SORTS, "urgency"),
  };
}

/** Show the cases of these filters, from the first page. */
export async function showQueue(filters: Filters): Promise<void> {
  const same = sameFilters(queue.value.filters, filters);
  queue.value = { ...queue.value, filters, busy: true, error: null, ...(same ? {} : { rows: [], next: null }) };
  await fetched(filters);
}

/** Fetch again what is shown; new cases are said to those who hear the page. */
export async function refreshQueue(): Promise<void> {
  const { filters, rows } = queue.value;
  if (filters.view === "") return;
  const before = new Set(rows.map((row) => row.reference));
  await fetched(filters);
  const fresh = queue.value.rows.filter((row) => !before.has(row.reference) && !row.read);
  const [first] = fresh;
  if (first === undefined) return;
  const kind = `${urgencyName(first.urgency)}, ${languageName(first.language)}`;
  announce(fresh.length === 1 ? t("New case: {kind}", { kind }) : t("New cases: {n}. The first: {kind}", { n: fresh.length, kind }));
}

/** Fetch the next page and put it under what is shown. */
export async function moreOfQueue(): Promise<void> {
  const { filters, next, busy } = queue.value;
  if (next === null || busy) return;
  queue.value = { ...queue.value, busy: true };
  try {
    const page = await askCases({ ...filters, after: next, limit: PAGE });
    if (!sameFilters(queue.value.filters, filters)) return;
    heard(page.now);
    const known = new Set(queue.value.rows.map((row) => row.reference));
    const rows = [...queue.value.rows, ...page.cases.filter((row) => !known.has(row.reference))];
    queue.value = { ...queue.value, rows, next: page.next, counts: page.counts, busy: false, error: null };
  } catch (error) {
    queue.value = { ...queue.value, busy: false, error };
  }
}

/** Put a row in the place of what is known of its case. */
export function putRow(row: CaseRow): void {
  const rows = queue.value.rows.map((each) => (each.reference === row.reference ? row : each));
  queue.value = { ...queue.value, rows };
}

/** Fetch anew as many rows as are shown, from the first: whoever went on to the next pages keeps them. */
async function fetched(filters: Filters): Promise<void> {
  try {
    const rows = new Map<string, CaseRow>();
    let after = "";
    for (;;) {
      const wanted = Math.max(PAGE, queue.value.rows.length) - rows.size;
      const page = await askCases({ ...filters, after, limit: Math.min(MOST, wanted) });
      if (!sameFilters(queue.value.filters, filters)) return;
      heard(page.now);
      for (const row of page.cases) rows.set(row.reference, row);
      if (page.next === null || rows.size >= Math.max(PAGE, queue.value.rows.length)) {
        queue.value = { filters, rows: [...rows.values()], next: page.next, counts: page.counts, busy: false, error: null };
        return;
      }
      after = page.next;
    }
  } catch (error) {
    if (sameFilters(queue.value.filters, filters)) queue.value = { ...queue.value, busy: false, error };
  }
}

function sameFilters(one: Filters, other: Filters): boolean {
  return one.view === other.view && one.urgency === other.urgency && one.language === other.language && one.sort === other.sort;
}
