// Writing down that it was tried to reach a person, beside the way they chose, in the open identity. The desk sends nothing
// by such a way and offers no other; the person reads of the try when they come back.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { act, type CaseDetail } from "../api/cases.ts";
import { ErrorNote, TwoClick } from "../parts.tsx";
import type { CaseView } from "../sealing/index.ts";
import { announce, session } from "../session.ts";
import { refreshCase, takeRow } from "../state/opened.ts";
import { isTrustedAllowed, isWrittenWay } from "../state/reaching.ts";
import { t } from "../words.ts";

const TRUSTED = "N5_trusted";

/** What can be written down beside an answer of the identity: nothing, unless it is a way they chose. */
export function TryBeside(props: { readonly node: string; readonly view: CaseView; readonly detail: CaseDetail }): JSX.Element | null {
  const { node, view, detail } = props;
  const { reference } = detail.case;
  if (!mayTry(detail)) return null;
  if (node === TRUSTED && isTrustedAllowed(view)) {
    return (
      <Try
        detail={detail}
        way="trusted"
        label={t("Contact the trusted person")}
        confirm={t("Write down that you contact the person they trust, now: {reference}", { reference })}
      />
    );
  }
  return isWrittenWay(view, node) ? (
    <Try
      detail={detail}
      way="agreed"
      label={t("Note that we tried this way")}
      confirm={t("Write down: tried to reach {reference} today, in the way they chose. They read it when they return.", { reference })}
    />
  ) : null;
}

/** Whether anybody else may be contacted; said where nobody may. */
export function NobodyElse(props: { readonly view: CaseView }): JSX.Element | null {
  const { view } = props;
  if (!isTrustedAllowed(view)) return <p class="small">{t("They did not ask us to contact anybody else.")}</p>;
  const named = view.answers.some((row) => row.node === TRUSTED);
  return named ? null : <p class="small">{t("They want a person they trust to be asked, and wrote down nobody.")}</p>;
}

function Try(props: { readonly detail: CaseDetail; readonly way: "agreed" | "trusted"; readonly label: string; readonly confirm: string }): JSX.Element {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const note = (): void => {
    setBusy(true);
    setError(null);
    act(props.detail.case.reference, "tries", { way: props.way })
      .then((row) => {
        takeRow(row);
        announce(t("It is written down."));
        return refreshCase();
      })
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return (
    <div class="try no-print">
      <ErrorNote error={error} />
      <TwoClick label={props.label} confirm={props.confirm} disabled={busy} danger={props.way === "trusted"} onYes={note} />
    </div>
  );
}

/** As the server decides: who holds it, a lead, an identity officer; never in a closed case. */
function mayTry({ case: row }: CaseDetail): boolean {
  const me = session.value?.me;
  const able = row.holder === me?.name || me?.roles.includes("lead") === true || me?.roles.includes("identity") === true;
  return row.status !== "closed" && able;
}
