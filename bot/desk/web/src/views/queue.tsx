// The queue with its views, filters and order, all kept in the address; from a wide window on, a case stands beside it.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { URGENCY_CODES, VIEWS, isReference, type CaseRow } from "../api/cases.ts";
import { useKeys } from "../keys.ts";
import { LANGUAGES, languageName, stageName, urgencyName } from "../names.ts";
import { ErrorNote } from "../parts.tsx";
import { go, link, route, setQuery } from "../route.ts";
import { changes, returns, session, silentSince } from "../session.ts";
import { isAhead, minuteNow, minutesSince } from "../state/clock.ts";
import { filtersOf, moreOfQueue, queue, refreshQueue, showQueue, type Filters } from "../state/queue.ts";
import { day, mark, moment, span, t } from "../words.ts";

const VIEW_WORDS: Readonly<Record<string, string>> = {
  unassigned: mark("Nobody has it"),
  mine: mark("Mine"),
  overdue: mark("Overdue"),
  open: mark("All open"),
  waiting: mark("Waiting for the person"),
  closed: mark("Closed"),
};
const SORT_WORDS: Readonly<Record<string, string>> = {
  urgency: mark("Urgent first"),
  due: mark("Due first"),
  arrived: mark("Oldest first"),
};

/** The queue alone. */
export function Queue(): JSX.Element {
  return (
    <div class="desk-split">
      <QueueList chosen="" />
      <div class="desk-case desk-empty">
        <p class="dim">{t("Choose a case. J and K move, Enter opens.")}</p>
      </div>
    </div>
  );
}

/** The list; `chosen` is the case that stands beside it. */
export function QueueList(props: { readonly chosen: string }): JSX.Element {
  const { query } = route.value;
  const filters = filtersOf(query);
  const { rows, busy, error, next, counts } = queue.value;
  const [spot, setSpot] = useState("");
  const [unfolded, setUnfolded] = useState(false);
  const [searches, setSearches] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  const find = useRef<HTMLInputElement>(null);
  useEffect(() => {
    void showQueue(filters);
  }, [filters.view, filters.urgency, filters.language, filters.sort]);
  const changed = `${changes.value.number} ${returns.value}`;
  const minute = minuteNow();
  // What changed before the list appeared is in what it asks for first.
  const known = useRef(changed);
  const asked = useRef(minute);
  useEffect(() => {
    if (changed === known.current) return;
    known.current = changed;
    void refreshQueue();
  }, [changed]);
  useEffect(() => {
    if (minute === asked.current) return;
    asked.current = minute;
    // By time alone a case becomes overdue, and nothing happens that would tell it.
    if (document.visibilityState === "visible" && silentSince.value === null) void refreshQueue();
  }, [minute]);
  useEffect(() => {
    if (searches > 0) find.current?.focus();
  }, [searches]);

  const at = spot !== "" && rows.some((row) => row.reference === spot) ? spot : props.chosen;
  const move = (by: number): void => {
    const place = rows.findIndex((row) => row.reference === at);
    const row = rows[place === -1 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, place + by))];
    if (row === undefined) return;
    if (list.current?.offsetParent === null) {
      go("case", row.reference, query);
      return;
    }
    setSpot(row.reference);
    // Beside an open case, moving opens the next one only on Enter: opening is written down.
    list.current?.querySelector<HTMLElement>(`[data-reference="${row.reference}"]`)?.focus();
  };
  useKeys({
    next: () => move(1),
    previous: () => move(-1),
    open: () => at !== "" && go("case", at, query),
    search: () => {
      setUnfolded(true);
      setSearches(searches + 1);
    },
  });

  // Beside a case, the case names the page.
  const Title = props.chosen === "" ? "h1" : "h2";
  return (
    <section class="desk-queue" aria-label={t("Queue")}>
      <div class="desk-queue-head">
        <Title class={props.chosen === "" ? "" : "hidden"}>{t("Queue")}</Title>
        <button type="button" class="quiet small" aria-expanded={unfolded} aria-controls="filters" onClick={() => setUnfolded(!unfolded)}>
          {filterWords(filters)}
        </button>
      </div>
      <nav class="tabs" aria-label={t("Which cases")}>
        {VIEWS.map((view) => (
          <a key={view} href={link("cases", "", { ...query, view })} aria-current={filters.view === view ? "page" : undefined}>
            {t(VIEW_WORDS[view] ?? "")} {counts === null ? null : <span class="count">{counts[view] >= 500 ? "500+" : counts[view]}</span>}
          </a>
        ))}
      </nav>
      <div id="filters" class={unfolded ? "desk-filters unfolded" : "desk-filters"}>
        <Choice
          label={t("Urgency")}
          value={filters.urgency}
          options={[["", t("All")], ...URGENCY_CODES.map((code): [string, string] => [code, urgencyName(code)])]}
          onChange={(urgency) => setQuery({ urgency })}
        />
        <Choice
          label={t("Language")}
          value={filters.language}
          options={[["", t("All")], ...Object.keys(LANGUAGES).map((code): [string, string] => [code, languageName(code)])]}
          onChange={(language) => setQuery({ language })}
        />
        <Choice
          label={t("Order")}
          value={filters.sort}
          options={Object.entries(SORT_WORDS).map(([code, words]): [string, string] => [code, t(words)])}
          onChange={(sort) => setQuery({ sort })}
        />
        <form
          class="desk-find"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = (find.current?.value ?? "").trim().toUpperCase();
            if (isReference(wanted)) go("case", wanted, query);
          }}
        >
          <label>
            <span>{t("Reference")}</span>
            <input ref={find} type="search" autoComplete="off" spellcheck={false} placeholder="PN-0000-0000" maxLength={32} />
          </label>
        </form>
      </div>
      <ErrorNote error={error} />
      <ol class="desk-rows" ref={list} aria-busy={busy}>
        {rows.map((row) => (
          <Row key={row.reference} row={row} chosen={row.reference === props.chosen} href={link("case", row.reference, query)} />
        ))}
      </ol>
      {rows.length === 0 && !busy && error === null ? <p class="dim desk-none">{t("No case here.")}</p> : null}
      {rows.length === 0 && busy ? <p class="dim desk-none">{t("Asking the server…")}</p> : null}
      {next === null ? null : (
        <button type="button" class="quiet" disabled={busy} onClick={() => void moreOfQueue()}>
          {t("Show more")}
        </button>
      )}
    </section>
  );
}

/** What the folded filters do, so that nobody takes a part of the queue for all of it. */
function filterWords(filters: Filters): string {
  const chosen = [
    filters.urgency === "" ? "" : urgencyName(filters.urgency),
    filters.language === "" ? "" : languageName(filters.language),
    filters.sort === "urgency" ? "" : t(SORT_WORDS[filters.sort] ?? ""),
  ].filter((words) => words !== "");
  return chosen.length === 0 ? t("Filter and order") : t("Filter and order: {chosen}", { chosen: chosen.join(" · ") });
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <label>
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.options.map(([code, words]) => (
          <option key={code} value={code}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Row(props: { readonly row: CaseRow; readonly chosen: boolean; readonly href: string }): JSX.Element {
  const { row } = props;
  return (
    <li>
      <a
        class={`desk-row ${row.urgency}${row.read ? "" : " unread"}`}
        href={props.href}
        data-reference={row.reference}
        aria-current={props.chosen ? "true" : undefined}
      >
        <span class="desk-row-top">
          <span class={`badge ${row.urgency}`}>{urgencyName(row.urgency)}</span>
          <span class="mono">{row.reference}</span>
          <span class="desk-row-due">
            <Due row={row} />
          </span>
        </span>
        <span class="desk-row-more">
          <span>{languageName(row.language)}</span>
          <span>{row.arrived_exact ? t("{span} ago", { span: span(minutesSince(row.arrived)) }) : day(row.arrived)}</span>
          <span>{holderWords(row)}</span>
          {row.status === "closed" ? null : <span>{stageName(row.stage)}</span>}
          <Marks row={row} />
        </span>
      </a>
    </li>
  );
}

/** What stands out about a case, in words. */
function Marks(props: { readonly row: CaseRow }): JSX.Element {
  const { row } = props;
  const words = [
    row.read ? "" : t("Unread"),
    row.news && row.read ? t("Something new") : "",
    row.withdrawn ? t("Consent withdrawn") : "",
    row.compromised ? t("Others may use the chat") : "",
    row.live_until !== null && isAhead(row.live_until) ? t("Chat open") : "",
    row.erased_on === null ? "" : t("Erased on {day}", { day: day(row.erased_on) }),
  ].filter((each) => each !== "");
  return (
    <>
      {words.map((each) => (
        <span key={each} class="desk-mark">
          {each}
        </span>
      ))}
    </>
  );
}

/** Whether a case has a clock, that runs or stands still. */
export function isDue(row: CaseRow): boolean {
  return row.status !== "closed" && (row.paused || row.due !== null);
}

/** Until when somebody must act. */
export function Due(props: { readonly row: CaseRow }): JSX.Element | null {
  const { row } = props;
  if (!isDue(row)) return null;
  if (row.paused || row.due === null) return <span class="dim">{t("Paused")}</span>;
  const late = minutesSince(row.due);
  const title = moment(row.due);
  // The server judges; between two of its answers time goes on.
  return row.overdue || late > 0 ? (
    <strong class="desk-late" title={title}>
      {t("{span} overdue", { span: span(Math.max(0, late)) })}
    </strong>
  ) : (
    <span title={title}>{t("{span} left", { span: span(-late) })}</span>
  );
}

/** Who has the case, in words. */
export function holderWords(row: CaseRow): string {
  if (row.status === "closed") return row.holder === null ? t("Closed") : `${t("Closed")} · ${row.holder}`;
  if (row.holder === null) return t("Nobody has it");
  return row.holder === session.value?.me.name ? t("You have it") : t("{name} has it", { name: row.holder });
}
