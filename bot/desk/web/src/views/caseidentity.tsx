// The identity of a case: closed until an identity officer opens it for a reason, which is written down. Paper shows it only
// where that was asked for (`of-identity` in cases.css).
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { IDENTITY_REASONS, identityReasonName } from "../names.ts";
import { useKeys } from "../keys.ts";
import { Field } from "../parts.tsx";
import { isChoice, isContactWritten } from "../state/firstscreen.ts";
import { closeIdentity, openIdentity, type Shown } from "../state/opened.ts";
import { t } from "../words.ts";
import { AnswerItem } from "./answers.tsx";
import { NobodyElse, TryBeside } from "./casetries.tsx";

/** The identity, or the way to open it. */
export function Identity(props: { readonly shown: Shown }): JSX.Element {
  const { shown } = props;
  const view = shown.opened?.view ?? null;
  const open = view !== null && shown.identity !== undefined && !view.sealed.includes("identity");
  const rows = view?.answers.filter((row) => row.compartment === "identity") ?? [];
  return (
    <section class="case-part of-identity" aria-labelledby="identity">
      <h2 id="identity">{t("Identity")}</h2>
      {!open && shown.identity !== undefined ? (
        <p class="must">{t("It came, but your key does not open it.")}</p>
      ) : null}
      {open && view !== null ? (
        <div class="identity-open">
          <p class="small must">{t("Open on this screen. That you opened it is written down.")}</p>
          {rows.length === 0 ? <p>{t("Nothing was written here.")}</p> : null}
          {rows.map((row) => (
            <div key={`${row.node}-${String(row.labels.length)}`}>
              <AnswerItem row={row} view={view} wording={shown.conversation} under="h3" />
              {shown.detail === null || isChoice(row) ? null : <TryBeside node={row.node} view={view} detail={shown.detail} />}
            </div>
          ))}
          <NobodyElse view={view} />
          <label class="choice no-print">
            <input type="checkbox" class="on-paper" /> {t("Print it too, with the case")}
          </label>
          <button type="button" class="quiet" onClick={() => void closeIdentity(shown.reference)}>
            {t("Close it again")}
          </button>
        </div>
      ) : (
        <OpenIdentity shown={shown} />
      )}
    </section>
  );
}

/** Opening for a reason: one is chosen, then what happens is named and pressed. */
function OpenIdentity(props: { readonly shown: Shown }): JSX.Element {
  const [reason, setReason] = useState("");
  const choice = useRef<HTMLSelectElement>(null);
  const may = props.shown.detail?.identity_open === true && !isOneKey(props.shown);
  useKeys({ identity: may ? () => choice.current?.focus() : undefined });
  if (props.shown.detail?.identity_open !== true) {
    return <p>{t("Closed. Name, way of contact and agreed word can be opened by an identity officer only.")}</p>;
  }
  return (
    <form
      class="stack no-print"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason !== "") void openIdentity(props.shown.reference, reason);
      }}
    >
      <Field label={t("Closed. Why must it be opened?")} hint={t("The reason is written down with your name.")}>
        {(ids) => (
          <select {...ids} ref={choice} value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
            <option value="">{t("Choose a reason")}</option>
            {Object.keys(IDENTITY_REASONS).map((code) => (
              <option key={code} value={code}>
                {identityReasonName(code)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="submit" class="quiet" disabled={reason === ""}>
        {reason === "" ? t("Open the identity") : t("Open the identity: {reason}", { reason: identityReasonName(reason) })}
      </button>
    </form>
  );
}

/** In a critical case: the contact with one press; imminent danger is the reason. */
export function OpenContact(props: { readonly shown: Shown }): JSX.Element | null {
  const { shown } = props;
  const may = isOneKey(shown);
  const open = (): void => void openIdentity(shown.reference, "imminent_danger");
  useKeys({ identity: may ? open : undefined });
  return may ? (
    <button type="button" class="quiet small" onClick={open}>
      {t("Open contact: imminent danger")}
    </button>
  ) : null;
}

/** Whether the case is critical, the contact is written in the closed identity, and this reader may open it. */
function isOneKey({ detail, identity, opened }: Shown): boolean {
  if (detail?.identity_open !== true || detail.case.urgency !== "critical" || identity !== undefined) return false;
  return isContactWritten(opened?.view ?? null, opened?.facts?.manifest?.nodes ?? []);
}
