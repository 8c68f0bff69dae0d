// Who did what with this case and when, reads included: rows of the audit, which hold no content.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { askAudit, type AuditRow } from "../api/cases.ts";
import { actName, reasonWords } from "../names.ts";
import { ErrorNote } from "../parts.tsx";
import { changes } from "../session.ts";
import { moment, t } from "../words.ts";

/** The history of a case, asked for when it is unfolded. */
export function History(props: { readonly reference: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [rows, setRows] = useState<readonly AuditRow[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { reference } = props;
  const { number } = changes.value;
  useEffect(() => {
    if (!open) return;
    askAudit(reference).then((found) => {
      setRows(found);
      setError(null);
    }, setError);
  }, [open, reference, number]);
  return (
    <section class="case-part" aria-labelledby="history">
      <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <h2 id="history">{t("History")}</h2>
        </summary>
        <ErrorNote error={error} />
        {rows === null ? null : (
          <ol class="plain history">
            {rows.map((row) => (
              <li key={row.number}>
                <span class="small dim">{moment(row.at)}</span> <strong>{row.actor.replace(/^desk:/, "")}</strong> {actName(row.act)}
                {row.reason === null || row.reason === "" ? "" : `: ${reasonWords(row.act, row.reason)}`}
              </li>
            ))}
          </ol>
        )}
      </details>
    </section>
  );
}
