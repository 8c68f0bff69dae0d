// What one sets for oneself: colours, language, shortcuts, the staff bot, a passkey, the passphrase; and which page this is.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import * as api from "../api/signin.ts";
import { useAct } from "../asking.ts";
import { keep } from "../kept.ts";
import { hasPasskeys, makePasskey, PasskeyError } from "../passkeys.ts";
import { Busy, ErrorNote, Field, FilePick, Lines, Notice, Page, TwoClick, download, grouped } from "../parts.tsx";
import { languageName, roleName } from "../names.ts";
import { link } from "../route.ts";
import { changePassphrase, newPassphrase, type Bytes } from "../sealing/index.ts";
import { session, type Session } from "../session.ts";
import { ShortcutSwitch } from "../sheet.tsx";
import { day, moment, t } from "../words.ts";
import { Card } from "./enrolsteps.tsx";
import { Choices, PageFacts } from "./gate.tsx";

export function Settings(): JSX.Element | null {
  const now = session.value;
  if (now === null) return null;
  return (
    <Page title={t("Settings")}>
      <div class="cards">
        <section class="card">
          <h2>{t("This browser")}</h2>
          <Choices />
          <ShortcutSwitch />
        </section>
        <section class="card">
          <h2>{t("You")}</h2>
          <Yourself now={now} />
        </section>
        <section class="card">
          <h2>{t("Staff bot")}</h2>
          <StaffBot linked={now.me.linked} />
        </section>
        {now.local ? null : (
          <section class="card">
            <h2>{t("Passkey")}</h2>
            <Passkey />
          </section>
        )}
        <section class="card">
          <h2>{t("Passphrase")}</h2>
          <Passphrase />
        </section>
        {now.me.compartments.length === 0 ? null : (
          <section class="card">
            <Card signedKey={now.key} compartments={now.me.compartments} />
          </section>
        )}
      </div>
      <PageFacts place={now} open />
    </Page>
  );
}

function Yourself(props: { readonly now: Session }): JSX.Element {
  const { me, keyring, root, local } = props.now;
  const [forgotten, setForgotten] = useState(false);
  return (
    <>
      <Lines
        rows={[
          [t("Name"), me.name],
          [t("Roles"), me.roles.map(roleName).join(", ")],
          [t("Reads"), me.languages.map(languageName).join(", ")],
          [t("In the signed list of keys"), me.member ? t("yes") : t("no")],
          [t("Key good until"), me.key_not_after === null ? "–" : day(me.key_not_after)],
          [t("List number"), keyring === null ? "–" : String(keyring.serial)],
          [t("List good until"), keyring === null ? "–" : day(keyring.notAfter.toISOString())],
          [t("Root"), <span class="mono">{grouped(root)}</span>],
        ]}
      />
      <p>
        <a href={link("drill")}>{t("Key drill")}</a>
      </p>
      {local ? null : forgotten ? (
        <p>{t("This browser asks for the fingerprint of the root when you sign in next.")}</p>
      ) : (
        <TwoClick
          label={t("The root has changed")}
          confirm={t("Forget this fingerprint in this browser")}
          onYes={() => {
            keep("root", "");
            setForgotten(true);
          }}
        />
      )}
    </>
  );
}

function StaffBot(props: { readonly linked: boolean }): JSX.Element {
  const [code, setCode] = useState<api.LinkCode | null>(null);
  const work = useAct();
  return (
    <>
      <p>
        {props.linked
          ? t("A chat is linked. A new code links another chat in its place.")
          : t("Link a chat to be told of new cases on your phone: without names, without words of a case.")}
      </p>
      <ErrorNote error={work.error} />
      {code === null ? (
        <button type="button" class="quiet" disabled={work.busy} onClick={() => work.act(async () => setCode(await api.linkCode()))}>
          {t("Make a code")}
        </button>
      ) : (
        <>
          <p class="fingerprint mono">{code.code}</p>
          <p>
            {t("Send it to the staff bot before {when}. It works once.", { when: moment(code.until) })}
          </p>
        </>
      )}
    </>
  );
}

function Passkey(): JSX.Element {
  const [made, setMade] = useState(false);
  const work = useAct();
  if (!hasPasskeys()) return <p>{t("This browser knows no passkeys. Codes work everywhere.")}</p>;
  return (
    <>
      <p>{t("A passkey of this device can stand in for the code when you sign in here.")}</p>
      {work.error instanceof PasskeyError ? (
        <Notice kind="warning">{t("No passkey was made.")}</Notice>
      ) : (
        <ErrorNote error={work.error} />
      )}
      {made ? (
        <Notice kind="good">{t("The passkey is kept.")}</Notice>
      ) : (
        <button
          type="button"
          class="quiet"
          disabled={work.busy}
          onClick={() =>
            work.act(async () => {
              await api.addPasskey(await makePasskey(await api.passkeyToMake()));
              setMade(true);
            })
          }
        >
          {t("Make a passkey")}
        </button>
      )}
    </>
  );
}

function Passphrase(): JSX.Element {
  const [file, setFile] = useState<{ readonly name: string; readonly bytes: Bytes } | null>(null);
  const [old, setOld] = useState("");
  const [chosen, setChosen] = useState("");
  const [broken, setBroken] = useState<unknown>(null);
  const [done, setDone] = useState<number | null>(null);
  const work = useAct();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (file === null || old === "") return;
        work.act(async () => {
          const words = newPassphrase();
          setDone(0);
          try {
            download(file.name, await changePassphrase(file.bytes, old, words, setDone));
            setChosen(words);
            setOld("");
          } finally {
            setDone(null);
          }
        });
      }}
    >
      <p>{t("The same key under six new words, as a new file. Destroy the old file and its paper afterwards.")}</p>
      <ErrorNote error={work.error ?? broken} />
      {chosen === "" ? (
        <>
          <Field label={t("Your key file")}>
            {(ids) => <FilePick ids={ids} onFile={(name, bytes) => setFile({ name, bytes })} onError={setBroken} />}
          </Field>
          <Field label={t("The present passphrase")}>
            {(ids) => <input {...ids} type="password" autoComplete="off" value={old} onInput={(event) => setOld(event.currentTarget.value)} />}
          </Field>
          {done === null ? (
            <button type="submit" class="quiet" disabled={file === null || old === ""}>
              {t("Make the new file")}
            </button>
          ) : (
            <Busy words={t("Locking your key anew on this computer")} done={done} />
          )}
        </>
      ) : (
        <>
          <Notice kind="good">{t("The new file is saved. Write these six words on paper; they are not shown again.")}</Notice>
          <ol class="passphrase" lang="en" translate={false}>
            {chosen.split(" ").map((word) => (
              <li key={word}>{word}</li>
            ))}
          </ol>
          <button type="button" class="quiet" onClick={() => setChosen("")}>
            {t("I have written them down")}
          </button>
        </>
      )}
    </form>
  );
}
