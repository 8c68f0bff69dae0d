// Who did what, when: the whole for an auditor, or what concerns one case. No word of a case stands in it; each row
// carries a hash over all before it, so that nothing can be taken out or changed in silence.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import * as api from "../api/office.ts";
import { useAsked } from "../asking.ts";
import { actName, actorName, reasonWords } from "../names.ts";
import { ErrorNote, Field, Notice, Page, grouped } from "../parts.tsx";
import { route, setQuery } from "../route.ts";
import { firstBroken } from "../sealing/index.ts";
import { moment, t } from "../words.ts";

const LIMIT = 100;
const REFERENCE = /^PN-[0-9A-Z]{4}-[0-9A-Z]{4}$/;

export function Audit(): JSX.Element {
  const asked = route.value.query.reference ?? "";
  const reference = REFERENCE.test(asked) ? asked : "";
  const [typed, setTyped] = useState(reference);
  return (
    <Page title={t("Audit")} lead={t("Every act of staff, reading included. No content of a case is here, and none can be reached from here.")}>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = typed.trim().toUpperCase();
          setQuery({ reference: REFERENCE.test(wanted) ? wanted : "" });
        }}
      >
        <Field
          label={t("Only this case")}
          error={typed !== "" && !REFERENCE.test(typed.trim().toUpperCase()) ? t("A reference is written PN-0000-0000.") : ""}
        >
          {(ids) => <input {...ids} type="text" autoComplete="off" size={14} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />}
        </Field>
        <button type="submit" class="quiet">
          {t("Show")}
        </button>
      </form>
      <AuditRows key={reference} reference={reference} />
    </Page>
  );
}

/** The acts of one case from the first on, or the last of all for an auditor where `reference` is "". */
export function AuditRows(props: { readonly reference: string }): JSX.Element {
  const { reference } = props;
  // The page that ends with this number; null for the newest, whose number is asked for.
  const [end, setEnd] = useState<number | null>(null);
  const [after, setAfter] = useState<readonly number[]>([0]);
  const from = after.at(-1) ?? 0;
  const { value, error } = useAsked(async () => {
    if (reference !== "") return { ...(await api.audit(reference, from, LIMIT)), last: 0 };
    const last = end ?? (await api.auditCount());
    return { ...(await api.audit("", Math.max(0, last - LIMIT), Math.min(LIMIT, Math.max(1, last)))), last };
  }, [reference, from, end]);
  if (value === null) return <ErrorNote error={error} />;
  const { rows, head, next, last } = value;
  const whole = reference === "";
  const shown = whole ? rows.toReversed() : rows;
  const broken = whole ? brokenAt(rows, head) : null;
  return (
    <>
      <ErrorNote error={error} />
      {shown.length === 0 ? <p>{t("Nothing yet.")}</p> : <Rows rows={shown} withReference={whole} />}
      <nav class="row" aria-label={t("Pages of the audit")}>
        <button
          type="button"
          class="quiet"
          disabled={whole ? last <= LIMIT : after.length < 2}
          onClick={() => (whole ? setEnd(last - LIMIT) : setAfter(after.slice(0, -1)))}
        >
          {t("Earlier")}
        </button>
        <button
          type="button"
          class="quiet"
          disabled={whole ? end === null : next === null}
          onClick={() => (whole ? setEnd(last + LIMIT < head.count ? last + LIMIT : null) : setAfter([...after, next ?? 0]))}
        >
          {t("Later")}
        </button>
      </nav>
      {broken === null ? (
        whole && rows.length > 0 ? (
          <p class="hint">{t("Computed here: these acts follow one from the other. The whole is proven by panoh audit verify.")}</p>
        ) : null
      ) : (
        <Notice kind="danger">
          {t("Act {number} does not follow from the one before it: something was changed, taken out or moved. Tell your lead by another way.", {
            number: broken,
          })}
        </Notice>
      )}
      <p class="hint">
        {t("The end of the whole audit now: number {count}, hash", { count: head.count })} <span class="mono">{grouped(head.hash)}</span>
      </p>
    </>
  );
}

function Rows(props: { readonly rows: api.AuditPage["rows"]; readonly withReference: boolean }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("Acts")}>
      <table class="table audit">
        <caption class="hidden">{t("Acts")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("No.")}</th>
            <th scope="col">{t("When")}</th>
            <th scope="col">{t("Who")}</th>
            <th scope="col">{t("What")}</th>
            {props.withReference ? <th scope="col">{t("Case")}</th> : null}
            <th scope="col">{t("Reason")}</th>
            <th scope="col">{t("Hash begins")}</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={row.number}>
              <td>{row.number}</td>
              <td class="when">{moment(row.at)}</td>
              <th scope="row">{actorName(row.actor)}</th>
              <td>{actName(row.act)}</td>
              {props.withReference ? <td class={row.reference === "" ? "none" : "mono when"}>{row.reference === "" ? "–" : row.reference}</td> : null}
              <td class={row.reason === null || row.reason === "" ? "none" : ""}>{row.reason === null || row.reason === "" ? "–" : reasonWords(row.act, row.reason)}</td>
              <td class="mono">{row.hash.slice(0, 8)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where the shown part of the chain breaks; the last act of all must carry the hash of the whole. */
function brokenAt(rows: api.AuditPage["rows"], head: api.AuditPage["head"]): number | null {
  const broken = firstBroken(rows);
  const last = rows.at(-1);
  if (broken !== null || last?.number !== head.count) return broken;
  return last.hash === head.hash ? null : last.number;
}
