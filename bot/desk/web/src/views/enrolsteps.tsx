// Steps of the enrolment: keeping the key file and its passphrase, the second factor, the fingerprint to read out.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import * as api from "../api/signin.ts";
import { Busy, CodeField, ErrorNote, Field, Notice, download, grouped } from "../parts.tsx";
import { cardOf, enrolmentProof, timeText, type Compartment, type Key, type NewKey } from "../sealing/index.ts";
import { t } from "../words.ts";
import { ClockNote } from "./gate.tsx";

/** The six words, shown once and typed back; the file, saved. */
export function KeepKey(props: { readonly made: NewKey; readonly onKept: (passphrase: string) => void }): JSX.Element {
  const { made } = props;
  const [shown, setShown] = useState(true);
  const [saved, setSaved] = useState(false);
  const [typed, setTyped] = useState("");
  const words = typed.trim().toLowerCase().replace(/\s+/g, " ");
  const same = words === made.passphrase;
  return (
    <section>
      <h2>{t("Your passphrase")}</h2>
      {shown ? (
        <>
          <p>{t("Six words that lock your key file. Write them on paper, in this order, and keep the paper apart from the computer. They are not shown again.")}</p>
          <ol class="passphrase" lang="en" translate={false}>
            {made.passphrase.split(" ").map((word) => (
              <li key={word}>{word}</li>
            ))}
          </ol>
          <button type="button" class="main" onClick={() => setShown(false)}>
            {t("I have written them down")}
          </button>
        </>
      ) : (
        <>
          <Field
            label={t("Type the six words from your paper")}
            error={words.split(" ").length >= 6 && !same ? t("These are not the words. Compare each with your paper.") : ""}
            hint={same ? t("Right.") : ""}
          >
            {(ids) => (
              <input {...ids} type="text" autoComplete="off" autocapitalize="off" spellcheck={false} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
            )}
          </Field>
          <h2>{t("Your key file")}</h2>
          <p>{t("Save it on this computer or on a stick that you keep with you. Make one copy in another safe place.")}</p>
          <div class="row">
            <button
              type="button"
              class={saved ? "quiet" : "main"}
              onClick={() => {
                download(`${made.key.name}.key`, made.file);
                setSaved(true);
              }}
            >
              {saved ? t("Save it once more") : t("Save the key file")}
            </button>
            <button type="button" class="main" disabled={!same || !saved} onClick={() => props.onKept(made.passphrase)}>
              {t("Go on")}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

/** Whether the server may have done what was asked although no answer of its own came back. */
function unanswered(problem: unknown): boolean {
  return problem instanceof ApiError && ["offline", "unreachable", "strange", "failed"].includes(problem.code);
}

/** The public half goes to the server, which gives the secret of the codes; the first code finishes the enrolment. */
export function SecondFactor(props: {
  readonly invite: string;
  readonly signedKey: Key;
  readonly server: string;
  /** `certain` is false where the answer to an earlier code was lost and the invitation is gone by now. */
  readonly onDone: (certain: boolean) => void;
}): JSX.Element {
  const { invite, signedKey, server } = props;
  const [secret, setSecret] = useState<api.Secret | null>(null);
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const [lost, setLost] = useState(false);

  useEffect(() => {
    void (async () => {
      setError(null);
      try {
        const signature = await enrolmentProof(signedKey, server);
        const { identity, signer, notAfter } = signedKey;
        const offered = { recipient: identity.recipient, verifier: signer.verifier, not_after: timeText(notAfter), signature };
        setSecret(await api.enrol({ token: invite, ...offered }));
      } catch (problem) {
        setError(problem);
      }
    })();
  }, [invite, signedKey, server, turn]);

  async function finish(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await api.confirm(invite, code);
      props.onDone(true);
    } catch (problem) {
      // The invitation was there a moment ago: the try whose answer was lost has most likely used it up.
      if (lost && problem instanceof ApiError && problem.code === "unavailable") {
        props.onDone(false);
        return;
      }
      if (unanswered(problem)) setLost(true);
      setCode("");
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section>
      <h2>{t("Second factor")}</h2>
      <ErrorNote error={error} />
      {secret === null ? (
        error === null ? (
          <Busy words={t("Telling the server the public half of your key")} />
        ) : (
          <>
            <ClockNote />
            <button type="button" class="main" onClick={() => setTurn(turn + 1)}>
              {t("Try again")}
            </button>
          </>
        )
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (code.length === 6 && !busy) void finish();
          }}
        >
          <p>{t("Put this secret into an authenticator app, best on another device. It is shown once.")}</p>
          <p class="fingerprint mono" translate={false}>
            {grouped(secret.totp_secret.replace(/=+$/, ""))}
          </p>
          <p>
            <a href={secret.totp_uri}>{t("Open it in the app on this device")}</a>
          </p>
          <CodeField value={code} onValue={setCode} />
          <button type="submit" class="main" disabled={code.length !== 6 || busy}>
            {t("Finish enrolment")}
          </button>
        </form>
      )}
    </section>
  );
}

/** Done: the fingerprint to read out, and the card for the root. */
export function ReadOut(props: {
  readonly signedKey: Key;
  readonly compartments: readonly Compartment[];
  readonly certain: boolean;
  readonly onDone: () => void;
}): JSX.Element {
  const { signedKey, compartments, certain } = props;
  const perhaps = certain ? null : (
    <Notice kind="warning">
      {t("The server's answer was lost, and the invitation is used up: you may be enrolled already. Try to sign in with this key and the next code. If that fails, ask for a new invitation.")}
    </Notice>
  );
  const finish = (
    <button type="button" class="main" onClick={props.onDone}>
      {t("Go to signing in")}
    </button>
  );
  if (compartments.length === 0) {
    return (
      <section>
        {perhaps ?? <Notice kind="good">{t("You are enrolled. Your key signs you in; it opens no case.")}</Notice>}
        {finish}
      </section>
    );
  }
  return (
    <section>
      {perhaps ?? (
        <Notice kind="good">{t("You are enrolled. Cases open for you once the holder of the root has signed your key.")}</Notice>
      )}
      <Card signedKey={signedKey} compartments={compartments} />
      {finish}
    </section>
  );
}

/** The fingerprint of the own card and the card as a file. */
export function Card(props: { readonly signedKey: Key; readonly compartments: readonly Compartment[] }): JSX.Element {
  const card = cardOf(props.signedKey, props.compartments);
  return (
    <>
      <h2>{t("Read this out to the holder of the root")}</h2>
      <p class="fingerprint mono">{grouped(card.fingerprint)}</p>
      <p>{t("By voice or face to face, never in the chat that brought the invitation: it shows that the card which arrives there is yours.")}</p>
      <button type="button" class="quiet" onClick={() => download(`${props.signedKey.name}.card`, card.file)}>
        {t("Save the card as a file")}
      </button>
    </>
  );
}
