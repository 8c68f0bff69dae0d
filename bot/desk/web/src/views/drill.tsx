// The drill: a made-up case is sealed on this page to one's own key, as the bot seals, and opened with the saved key file
// and the passphrase. It proves before the first real case that both are at hand; nothing of the case is sent anywhere.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { drilled } from "../api/signin.ts";
import { useAct } from "../asking.ts";
import { Busy, ErrorNote, Field, FilePick, Lines, Notice, Page } from "../parts.tsx";
import { KeyFileError, dayText, drillCase, openCase, type Bytes, type Compartment, type Key } from "../sealing/index.ts";
import { session } from "../session.ts";
import { unlocked } from "../signingin.ts";
import { locale, t } from "../words.ts";

/** The key that must come out of the file, and what it is for. */
interface Wanted {
  readonly recipient: string;
  readonly compartments: readonly Compartment[];
}

/** Choose the file, type the passphrase, see the test case open. `passphrase` is given where it was just typed. */
export function DrillBox(props: {
  readonly wanted: Wanted;
  readonly passphrase?: string;
  readonly onDone?: (key: Key) => void;
}): JSX.Element {
  const [typed, setTyped] = useState("");
  const [file, setFile] = useState<Bytes | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [done, setDone] = useState<number | null>(null);
  const [opened, setOpened] = useState<{ readonly reference: string; readonly answer: string } | null>(null);
  const passphrase = props.passphrase ?? typed;

  async function practise(): Promise<void> {
    if (file === null) return;
    setError(null);
    setDone(0);
    try {
      const key = await unlocked(file, passphrase, setDone);
      if (key.identity.recipient !== props.wanted.recipient) {
        throw new KeyFileError("the key file is that of another key", "key_file_other");
      }
      setOpened(await openTest(key, props.wanted.compartments));
      props.onDone?.(key);
    } catch (problem) {
      setError(problem);
    } finally {
      setDone(null);
    }
  }

  if (opened !== null) {
    return (
      <Notice kind="good">
        <p>{t("Your key opened the test case. Key file and passphrase work on this computer.")}</p>
        <Lines
          rows={[
            [t("Reference"), <span class="mono">{opened.reference}</span>],
            [t("What stood in it"), opened.answer],
          ]}
        />
      </Notice>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void practise();
      }}
    >
      <ErrorNote error={error} />
      <Field label={t("The key file you saved")} hint={t("Choose it from the place where you keep it.")}>
        {(ids) => <FilePick ids={ids} disabled={done !== null} onFile={(_name, bytes) => setFile(bytes)} onError={setError} />}
      </Field>
      {props.passphrase === undefined ? (
        <Field label={t("Passphrase of the key file")}>
          {(ids) => (
            <input {...ids} type="password" autoComplete="off" disabled={done !== null} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
          )}
        </Field>
      ) : null}
      {done === null ? (
        <button type="submit" class="main" disabled={file === null || passphrase === ""}>
          {t("Open the test case")}
        </button>
      ) : (
        <Busy words={t("Unlocking your key on this computer. It takes some seconds on purpose.")} done={done} />
      )}
    </form>
  );
}

/** The drill as a view of its own, to be repeated now and then; the server is told only that it succeeded. */
export function Drill(): JSX.Element | null {
  const now = session.value;
  const work = useAct();
  if (now === null) return null;
  const wanted = { recipient: now.key.identity.recipient, compartments: compartmentsOf(now.me.compartments) };
  return (
    <Page
      title={t("Key drill")}
      lead={t("A made-up case, sealed on this page to your key, is opened with your key file and passphrase. Nothing of it is sent; the audit says that you did it.")}
    >
      <DrillBox wanted={wanted} onDone={() => work.act(() => drilled().then(() => undefined))} />
      <ErrorNote error={work.error} />
    </Page>
  );
}

/** What a key is tried with: whoever works on no case has a key too, for signing in. */
export function compartmentsOf(own: readonly Compartment[]): readonly Compartment[] {
  return own.length === 0 ? ["facts"] : own;
}

async function openTest(key: Key, compartments: readonly Compartment[]): Promise<{ reference: string; answer: string }> {
  const words = {
    question: t("Test question"),
    answer: t("This is a made-up answer of a test case. No person wrote it."),
    locale: locale(),
  };
  const input = await drillCase(key, words, dayText(new Date()), compartments);
  const { view } = await openCase(input, [key.identity], null);
  const answer = view.answers[0]?.value;
  if (view.problems.length > 0 || view.answers.length !== compartments.length || typeof answer !== "string") {
    throw new KeyFileError("the test case did not open as it should", "drill");
  }
  return { reference: view.reference, answer };
}
