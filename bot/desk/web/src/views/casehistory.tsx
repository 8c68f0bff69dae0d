// Who did what with this case and when, reads included: rows of the audit, which hold no content. The newest come first.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { audit, type AuditPage } from "../api/office.ts";
import { actName, actorName, reasonWords } from "../names.ts";
import { ErrorNote } from "../parts.tsx";
import { changes } from "../session.ts";
import { moment, t } from "../words.ts";

type Rows = AuditPage["rows"];

const ASKED_AT_ONCE = 500;
const SHOWN_AT_ONCE = 50;

/** The history of a case, asked for when it is unfolded. */
export function History(props: { readonly reference: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [rows, setRows] = useState<Rows | null>(null);
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const [error, setError] = useState<unknown>(null);
  const known = useRef<Rows>([]);
  const { reference } = props;
  const { number } = changes.value;
  useEffect(() => {
    if (!open) return undefined;
    let wanted = true;
    following(reference, known.current).then(
      (found) => {
        if (!wanted) return;
        known.current = found;
        setRows(found);
        setError(null);
      },
      (failed: unknown) => {
        if (wanted) setError(failed);
      },
    );
    return () => {
      wanted = false;
    };
  }, [open, reference, number]);
  const shown = rows?.slice(-most).reverse() ?? [];
  return (
    <section class="case-part" aria-labelledby="history">
      <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <h2 id="history">{t("History")}</h2>
        </summary>
        <ErrorNote error={error} />
        <ol class="plain history">
          {shown.map((row) => (
            <li key={row.number}>
              <span class="small dim">{moment(row.at)}</span> <strong>{actorName(row.actor)}</strong> {actName(row.act)}
              {row.reason === null || row.reason === "" ? "" : `: ${reasonWords(row.act, row.reason)}`}
            </li>
          ))}
        </ol>
        {rows === null || rows.length <= most ? null : (
          <button type="button" class="quiet" onClick={() => setMost(most + SHOWN_AT_ONCE)}>
            {t("Earlier")}
          </button>
        )}
      </details>
    </section>
  );
}

/** What is known with everything that came after it: the server gives acts from the first on, so many at once. */
async function following(reference: string, known: Rows): Promise<Rows> {
  const page = await audit(reference, known.at(-1)?.number ?? 0, ASKED_AT_ONCE);
  const rows = [...known, ...page.rows];
  return page.next === null ? rows : following(reference, rows);
}
