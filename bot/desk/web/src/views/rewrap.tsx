// Sealing case keys to the present keyring, for leads and identity officers: the list, how far it has come, stopping.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { COMPARTMENT_NAMES, named } from "../names.ts";
import { Busy, ErrorNote, Notice, Page, TwoClick } from "../parts.tsx";
import { link } from "../route.ts";
import { session } from "../session.ts";
import { listRewraps, rewrapping, runRewraps, stopRewraps, type Outcome } from "../state/rewraps.ts";
import { t } from "../words.ts";

export function Rewrap(): JSX.Element {
  useEffect(() => void listRewraps(), []);
  const { cases, serial, outcomes, running, stopping, error } = rewrapping.value;
  const keyring = session.value?.keyring ?? null;
  const done = [...outcomes.values()].filter((outcome) => outcome === "done").length;
  const left = cases.length - done;
  const other = keyring !== null && serial !== 0 && serial !== keyring.serial;
  return (
    <Page
      title={t("Seal case keys anew")}
      lead={t("After the signed list of keys changed, each case key is sealed again to those who are on it now. This happens on this computer.")}
    >
      <ErrorNote error={error} />
      {other ? (
        <Notice kind="danger">
          {t("The server uses list {theirs}, this page proved list {ours}. Load the page anew before you go on.", {
            theirs: serial,
            ours: keyring?.serial ?? 0,
          })}
        </Notice>
      ) : null}
      {keyring === null ? null : (
        <p>
          {t("List {serial}. On it: {names}", { serial: keyring.serial, names: keyring.members.map((member) => member.name).join(", ") })}
        </p>
      )}
      {cases.length === 0 && error === null ? <Notice kind="good">{t("All case keys are sealed to the present list.")}</Notice> : null}
      {cases.length === 0 ? null : (
        <>
          <Busy words={t("Sealed: {done} of {all}", { done, all: cases.length })} done={done / cases.length} />
          <div class="row">
            {running ? (
              <button type="button" class="quiet" disabled={stopping} onClick={stopRewraps}>
                {stopping ? t("Stopping after this case…") : t("Stop")}
              </button>
            ) : left > 0 && keyring !== null && !other ? (
              <TwoClick
                class="main"
                danger={false}
                label={done === 0 ? t("Begin") : t("Go on")}
                confirm={t("Seal {n} case keys to list {serial}", { n: left, serial: keyring.serial })}
                onYes={() => void runRewraps()}
              />
            ) : null}
            {running ? null : (
              <button type="button" class="quiet" onClick={() => void listRewraps()}>
                {t("Look again")}
              </button>
            )}
          </div>
          {!running && left === 0 ? <Notice kind="good">{t("Done. All of them are sealed to list {serial}.", { serial })}</Notice> : null}
          <table class="table">
            <caption class="hidden">{t("Cases whose keys are sealed to an older list")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("Reference")}</th>
                <th scope="col">{t("Parts")}</th>
                <th scope="col">{t("How far")}</th>
              </tr>
            </thead>
            <tbody>
              {cases.map((each) => (
                <tr key={each.reference}>
                  <td>
                    <a class="mono" href={link("case", each.reference)}>
                      {each.reference}
                    </a>
                  </td>
                  <td>{each.compartments.map((name) => named(COMPARTMENT_NAMES, name)).join(", ")}</td>
                  <td>{outcomeWords(outcomes.get(each.reference))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Page>
  );
}

function outcomeWords(outcome: Outcome | undefined): string {
  switch (outcome) {
    case undefined:
      return t("waits");
    case "done":
      return t("sealed");
    case "changed":
      return t("somebody else sealed it meanwhile: look again");
    case "closed":
      return t("your key does not open all its parts: an identity officer must do it");
    case "doubtful":
      return t("its case key is not as it should be: open the case and tell a lead");
    case "failed":
      return t("could not be opened or given to the server");
  }
}
