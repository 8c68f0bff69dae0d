// The way in: key file, passphrase, and a code or a passkey. The key is unlocked on this page; the server gets a
// signature. A desk that a server hosts also asks once for the root's fingerprint, a local desk brings it along.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { arrived } from "../arrived.ts";
import { localKey } from "../api/local.ts";
import { keep, kept } from "../kept.ts";
import { hasPasskeys, PasskeyError } from "../passkeys.ts";
import { Busy, CodeField, ErrorNote, Field, FilePick, Notice } from "../parts.tsx";
import { readHead, type Bytes, type Key } from "../sealing/index.ts";
import { whyLocked } from "../session.ts";
import { findPlace, signIn, unlocked, type Place } from "../signingin.ts";
import { day, t } from "../words.ts";
import { Choices, OtherVersion, PageFacts } from "./gate.tsx";

const ROOT = /^[0-9a-f]{64}$/;
const reason = whyLocked();

/** What was chosen as the key file. */
interface Chosen {
  readonly file: Bytes;
  readonly name: string;
  readonly notAfter: Date;
}

export function SignIn(): JSX.Element {
  const { start } = arrived.value;
  const [place, setPlace] = useState<Place | null>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [totp, setTotp] = useState("");
  const [root, setRoot] = useState(kept("root"));
  const [spent, setSpent] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<{ readonly words: string; readonly done?: number } | null>(null);
  const known = useRef<{ readonly file: Bytes; readonly passphrase: string; readonly key: Key } | null>(null);
  const mustChoose =
    place?.local === true && (spent || start === "")
      ? t("Choose the file, or open the address that the desk on this computer prints anew.")
      : t("It stays on this computer: it is read here and never uploaded.");
  const asksRoot = place !== null && !place.local && !ROOT.test(kept("root"));

  useEffect(() => {
    void (async () => {
      try {
        const found = await findPlace();
        setPlace(found);
        if (found.local && start !== "") await takeLocal(start);
      } catch (problem) {
        setError(problem);
      }
    })();
  }, [start]);

  function take(file: Bytes): void {
    const head = readHead(file);
    setChosen({ file, name: head.name, notAfter: head.notAfter });
    setError(null);
  }

  async function takeLocal(start: string): Promise<void> {
    try {
      take(await localKey(start));
      setSpent(false);
    } catch {
      // The start token was used before: the file can be chosen by hand, and the hint says so.
      setSpent(true);
    }
  }

  function choose(file: Bytes): void {
    try {
      take(file);
    } catch (problem) {
      setChosen(null);
      setError(problem);
    }
  }

  async function enter(second: string): Promise<void> {
    if (place === null || chosen === null) return;
    setError(null);
    try {
      const trusted = (place.local ? place.root : root).replace(/\s/g, "").toLowerCase();
      let key = known.current?.file === chosen.file && known.current.passphrase === passphrase ? known.current.key : null;
      if (key === null) {
        const words = t("Unlocking your key on this computer. It takes some seconds on purpose.");
        setBusy({ words, done: 0 });
        key = await unlocked(chosen.file, passphrase, (done) => setBusy({ words, done }));
        known.current = { file: chosen.file, passphrase, key };
      }
      setBusy({ words: t("Signing in") });
      const proven = await signIn({ place, root: trusted, key, totp: second });
      if (proven && !place.local) keep("root", trusted);
    } catch (problem) {
      setBusy(null);
      setTotp("");
      setError(problem);
    }
  }

  const ready = place !== null && chosen !== null && passphrase !== "" && (!asksRoot || ROOT.test(root.replace(/\s/g, "").toLowerCase()));
  return (
    <main class="gate">
      <h1>{t("Panoh desk")}</h1>
      <Locked />
      {place === null ? null : <OtherVersion place={place} />}
      {error instanceof PasskeyError ? (
        <Notice kind="danger">{t("The passkey was not used. Try again, or use a code.")}</Notice>
      ) : (
        <ErrorNote error={error} />
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && totp.length === 6 && busy === null) void enter(totp);
        }}
      >
        <Field
          label={t("Your key file")}
          hint={
            chosen === null
              ? mustChoose
              : t("Key of {name}, good until {day}", { name: chosen.name, day: day(chosen.notAfter.toISOString()) })
          }
        >
          {(ids) => <FilePick ids={ids} disabled={busy !== null} onFile={(_name, file) => choose(file)} onError={setError} />}
        </Field>
        <Field label={t("Passphrase of the key file")} hint={t("Six words with spaces between them.")}>
          {(ids) => (
            <input
              {...ids}
              type="password"
              autoComplete="off"
              spellcheck={false}
              disabled={busy !== null}
              value={passphrase}
              onInput={(event) => setPassphrase(event.currentTarget.value)}
            />
          )}
        </Field>
        {asksRoot ? (
          <Field
            label={t("Fingerprint of the root")}
            hint={t("64 letters and digits on the paper you were given, or in your invitation. This browser asks once.")}
            error={root !== "" && !ROOT.test(root.replace(/\s/g, "").toLowerCase()) ? t("There must be 64 of 0–9 and a–f.") : ""}
          >
            {(ids) => (
              <input {...ids} class="mono" type="text" autoComplete="off" spellcheck={false} value={root} onInput={(event) => setRoot(event.currentTarget.value)} />
            )}
          </Field>
        ) : null}
        <CodeField value={totp} onValue={setTotp} />
        {busy === null ? (
          <div class="row">
            <button type="submit" class="main" disabled={!ready || totp.length !== 6}>
              {t("Sign in")}
            </button>
            {place !== null && !place.local && hasPasskeys() ? (
              <button type="button" class="quiet" disabled={!ready} onClick={() => void enter("")}>
                {t("Sign in with a passkey instead of a code")}
              </button>
            ) : null}
          </div>
        ) : (
          <Busy {...busy} />
        )}
      </form>
      <Choices />
      {place === null ? null : <PageFacts place={place} />}
    </main>
  );
}

function Locked(): JSX.Element | null {
  switch (reason) {
    case "idle":
      return <Notice>{t("The desk locked itself after five minutes without anybody. What was open is forgotten.")}</Notice>;
    case "locked":
      return <Notice>{t("Locked. What was open is forgotten on this page.")}</Notice>;
    case "ended":
      return <Notice kind="warning">{t("Your session has ended: it was too old, or somebody ended it. Sign in again.")}</Notice>;
    default:
      return null;
  }
}
