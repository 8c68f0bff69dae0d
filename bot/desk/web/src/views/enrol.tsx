// Enrolment by an invitation link, in five steps: who invites, a key made on this page, the drill, the second factor, the
// fingerprint that is read out. The server learns of the key only after the drill has shown that it is really kept.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { arrived, invitationDone } from "../arrived.ts";
import { ApiError } from "../api/client.ts";
import * as api from "../api/signin.ts";
import { kept } from "../kept.ts";
import { languageName, roleName } from "../names.ts";
import { Busy, ErrorNote, Lines, Notice, Steps, grouped } from "../parts.tsx";
import { newKey, type Key, type NewKey } from "../sealing/index.ts";
import { findPlace, type Place } from "../signingin.ts";
import { t } from "../words.ts";
import { DrillBox, compartmentsOf } from "./drill.tsx";
import { Choices, ClockNote, OtherVersion, PageFacts, clockIsOff } from "./gate.tsx";
import { KeepKey, SecondFactor, ReadOut } from "./enrolsteps.tsx";

const DAY = 86_400_000;
const VALID_DAYS = 365;

type Step = 0 | 1 | 2 | 3 | 4;

export function Enrol(): JSX.Element {
  const { invite, root } = arrived.value;
  const [place, setPlace] = useState<Place | null>(null);
  const [invited, setInvited] = useState<api.Invitation | null>(null);
  const [step, setStep] = useState<Step>(0);
  const [making, setMaking] = useState<number | null>(null);
  const [made, setMade] = useState<NewKey | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [proven, setProven] = useState<Key | null>(null);
  const [certain, setCertain] = useState(true);
  const [turn, setTurn] = useState(0);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    void (async () => {
      setError(null);
      try {
        setPlace(await findPlace());
        setInvited(await api.look(invite));
      } catch (problem) {
        setError(problem);
      }
    })();
  }, [invite, turn]);

  async function make(name: string): Promise<void> {
    setError(null);
    setMaking(0);
    try {
      setMade(await newKey(name, new Date(Date.now() + VALID_DAYS * DAY), setMaking));
      setStep(1);
    } catch (problem) {
      setError(problem);
    } finally {
      setMaking(null);
    }
  }

  const names = [t("Invitation"), t("Key"), t("Drill"), t("Second factor"), t("Read out")];
  return (
    <main class="gate">
      <h1>{t("Welcome to the Panoh desk")}</h1>
      <Steps names={names} now={step} />
      {error instanceof ApiError && error.code === "unavailable" && invited === null ? (
        <Notice kind="danger">
          {t("This invitation cannot be used: it is older than three days, was used already, or was replaced. Ask for a new one.")}
        </Notice>
      ) : (
        <ErrorNote error={error} />
      )}
      {step === 0 && place !== null ? <OtherVersion place={place} /> : null}
      {step === 0 ? <ClockNote /> : null}
      {step === 0 && (invited === null ? error !== null : clockIsOff()) ? (
        <button type="button" class="main" onClick={() => setTurn(turn + 1)}>
          {t("Try again")}
        </button>
      ) : null}
      {step === 0 && invited !== null && !clockIsOff() ? (
        <Invitation invited={invited} root={root} known={place?.local === true ? place.root : kept("root")} making={making} onMake={() => void make(invited.name)} />
      ) : null}
      {step === 1 && made !== null ? (
        <KeepKey
          made={made}
          onKept={(typed) => {
            setPassphrase(typed);
            setStep(2);
          }}
        />
      ) : null}
      {step === 2 && made !== null && invited !== null ? (
        <section>
          <h2>{t("Drill: open a test case")}</h2>
          <p>{t("A made-up case was sealed on this page to your new key. Open it with the file you saved. Nothing of it is sent.")}</p>
          <DrillBox
            wanted={{ recipient: made.key.identity.recipient, compartments: compartmentsOf(invited.compartments) }}
            passphrase={passphrase}
            onDone={setProven}
          />
          <div class="row">
            <button type="button" class="quiet" disabled={proven !== null} onClick={() => setStep(1)}>
              {t("Back to saving the key")}
            </button>
            <button type="button" class="main" disabled={proven === null} onClick={() => setStep(3)}>
              {t("Go on")}
            </button>
          </div>
        </section>
      ) : null}
      {step === 3 && proven !== null && place !== null ? (
        <SecondFactor
          invite={invite}
          signedKey={proven}
          server={place.server}
          onDone={(sure) => {
            setCertain(sure);
            setPassphrase("");
            setStep(4);
          }}
        />
      ) : null}
      {step === 4 && proven !== null && invited !== null ? (
        <ReadOut signedKey={proven} compartments={invited.compartments} certain={certain} onDone={invitationDone} />
      ) : null}
      {step === 0 ? <Choices /> : null}
      {place === null ? null : <PageFacts place={place} />}
    </main>
  );
}

/** Somebody could send a link of their own making: what is known here stands, and no key is made for it. */
function OtherRoot(props: { readonly invited: string; readonly known: string }): JSX.Element {
  return (
    <section>
      <Notice kind="danger">
        {t("This invitation names another root than the one known here. Make no key: stop, and tell whoever invited you, by voice.")}
      </Notice>
      <Lines
        rows={[
          [t("Known here"), <span class="mono">{grouped(props.known)}</span>],
          [t("In the invitation"), <span class="mono">{grouped(props.invited)}</span>],
        ]}
      />
      <p class="hint">
        {t("If the root has really changed: in a browser, whoever signs in here forgets the old one under Settings; the desk on this computer is started with the new fingerprint.")}
      </p>
    </section>
  );
}

function Invitation(props: {
  readonly invited: api.Invitation;
  readonly root: string;
  /** The root that this browser or the desk on this computer goes by already; "" for none. */
  readonly known: string;
  readonly making: number | null;
  readonly onMake: () => void;
}): JSX.Element {
  const { invited, root, known, making } = props;
  if (root !== "" && known !== "" && root !== known) return <OtherRoot invited={root} known={known} />;
  return (
    <section>
      <Lines
        rows={[
          [t("For whom"), invited.name],
          [t("As"), invited.roles.map(roleName).join(", ")],
          [t("Reads"), invited.languages.map(languageName).join(", ")],
          [t("Server"), <span class="mono">{invited.server}</span>],
        ]}
      />
      {root === "" ? (
        <Notice kind="warning">
          {t("The link brings no fingerprint of the root. You will type it from the paper you were given when you sign in.")}
        </Notice>
      ) : (
        <>
          <h2>{t("Compare this line")}</h2>
          <p class="fingerprint mono">{grouped(root)}</p>
          <p>
            {t("It is the fingerprint of the root, whose holder says who may open cases. Compare it with the paper you were given, or by voice. If one letter differs, stop here and tell whoever invited you.")}
          </p>
        </>
      )}
      <Notice>
        {t("Next, a key is made on this computer. It is never sent: if you lose the key file or its passphrase, nobody can bring it back, and you are invited anew.")}
      </Notice>
      {making === null ? (
        <button type="button" class="main" onClick={props.onMake}>
          {root === "" ? t("Make my key") : t("The line is the same: make my key")}
        </button>
      ) : (
        <Busy words={t("Making your key on this computer. It takes some seconds on purpose.")} done={making} />
      )}
    </section>
  );
}
