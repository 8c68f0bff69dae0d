// What must stand on top of every view until it is mended: a list of keys that is missing, foreign or about to end, a key
// that is not in it, a record of acts that is not the one this computer saw, and a server that answers no more.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { localHead, type LocalHead } from "./api/local.ts";
import { Notice } from "./parts.tsx";
import { session, silentSince, type Session } from "./session.ts";
import { clock, day, t } from "./words.ts";

const SOON_DAYS = 21;
const DAY = 86_400_000;
const HEAD_EVERY = 10 * 60_000;

export function Standing(): JSX.Element | null {
  const now = session.value;
  const head = useLocalHead(now);
  const silent = silentSince.value;
  if (now === null) return null;
  return (
    <>
      <div role="status">
        {silent === null ? null : (
          <Notice kind="warning">{t("No connection since {time}: what is shown may be old.", { time: clock(new Date(silent)) })}</Notice>
        )}
      </div>
      {head !== null && !head.agrees ? (
        <Notice kind="danger">
          {t("The server's record of acts is not the one that this computer saw on {day}. Stop, tell your lead by another way, and compare: panoh audit verify.", {
            day: head.kept === null ? "–" : day(head.kept.day),
          })}
        </Notice>
      ) : null}
      <KeyringStanding now={now} />
    </>
  );
}

function KeyringStanding(props: { readonly now: Session }): JSX.Element | null {
  const { me, keyring, keyringTrouble, key } = props.now;
  const worksOnCases = me.compartments.length > 0;
  if (keyring === null) {
    if (!worksOnCases && !me.roles.includes("administrator")) return null;
    return (
      <Notice kind="danger">
        {t("The signed list of keys cannot be used. No case can be answered until that is mended.")} {keyringTrouble}
      </Notice>
    );
  }
  if (!worksOnCases) return null;
  const own = keyring.members.find((member) => member.name === me.name);
  if (own?.verifier !== key.signer.verifier) {
    return (
      <Notice kind="warning">
        {t("Your key is not in the signed list yet, so no case opens for you. Read your fingerprint out to the holder of the root; you find it in the settings.")}
      </Notice>
    );
  }
  const left = Math.floor((keyring.notAfter.getTime() - Date.now()) / DAY);
  if (left >= SOON_DAYS) return null;
  const until = day(keyring.notAfter.toISOString());
  return (
    <Notice kind={left < 0 ? "danger" : "warning"}>
      {left < 0
        ? t("The signed list of keys ended on {day}. Have a new one signed now: in some days nothing new can be sealed.", { day: until })
        : t("The signed list of keys is good until {day}. Have a new one signed.", { day: until })}
    </Notice>
  );
}

/** The local desk compares the server's head with the one it keeps; asked at the start and now and then. */
function useLocalHead(now: Session | null): LocalHead | null {
  const [head, setHead] = useState<LocalHead | null>(null);
  const local = now?.local === true;
  useEffect(() => {
    if (!local) return undefined;
    const ask = (): void => {
      // A server that cannot be reached says so elsewhere; what was seen before keeps standing.
      localHead().then(setHead, () => undefined);
    };
    ask();
    const every = setInterval(ask, HEAD_EVERY);
    return () => clearInterval(every);
  }, [local]);
  return head;
}
