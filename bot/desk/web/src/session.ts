// Who is signed in, with which unlocked key and keyring, all in memory only: it ends with the page. Locking is loading
// the page anew, since nothing else makes a browser forget.
import { signal } from "@preact/signals";
import { call, useToken, whenSignedOut } from "./api/client.ts";
import type { About, Me } from "./api/signin.ts";
import { list, nothing, number, record, text } from "./api/shape.ts";
import type { Key, Keyring } from "./sealing/index.ts";

export interface Session {
  readonly me: Me;
  readonly key: Key;
  /** Null where this person works on no case, or where the signed list cannot be used (then `keyringTrouble` says why). */
  readonly keyring: Keyring | null;
  readonly keyringTrouble: string;
  readonly about: About;
  /** The fingerprint of the root that this page trusts. */
  readonly root: string;
  /** Whom proofs are made for: this origin, or the server behind the local desk. */
  readonly server: string;
  readonly local: boolean;
}

/** The session, or null before signing in. */
export const session = signal<Session | null>(null);

/** Which cases changed last; `number` grows with each change. */
export const changes = signal<{ readonly number: number; readonly references: readonly string[] }>({ number: 0, references: [] });

/** When the server answered last, while it answers no more; else null. */
export const silentSince = signal<number | null>(null);

/** Counts how often the server answered again; what was shown meanwhile may be old. */
export const returns = signal(0);

/** What a screen reader says next. */
export const announced = signal("");

/** Whether the page will lock soon because nobody is there. */
export const aboutToLock = signal(false);

const IDLE = 5 * 60_000;
const WARNING = 30_000;
const TELL = 10 * 60_000;
const AGAIN = 5_000;
// The server answers after 25 seconds when nothing changed; a line that was cut may say nothing at all.
const ANSWERS = 40_000;
// One answer that fails is no lost connection.
const FAILURES = 2;
const CHANGES = record({ number, references: list(text(64), 1_000) });

/** Say something to those who hear the page, without moving the focus. */
export function announce(words: string): void {
  announced.value = "";
  // The region must be seen to change, also when the same words come again.
  queueMicrotask(() => {
    announced.value = words;
  });
}

/** Begin a session; the key, the keyring and the token are in memory from now on. */
export function begin(begun: Session): void {
  session.value = begun;
  whenSignedOut(() => leave("ended"));
  watchIdleness();
  void followChanges();
  // Closing the tab signs out; a page that the browser kept aside must not come back with what was open.
  addEventListener("pagehide", () => signOut());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/** End the session on the server and forget everything on this page. */
export function lock(why: "locked" | "idle" = "locked"): void {
  signOut();
  leave(why);
}

/** End the session on the server, also while the page goes away. */
function signOut(): void {
  if (session.value === null) return;
  session.value = null;
  void call("DELETE", "/api/session", nothing, undefined, { keepalive: true }).catch(nothing);
  useToken("");
}

function leave(why: "locked" | "idle" | "ended"): void {
  useToken("");
  history.replaceState({ why }, "", location.pathname + location.search + location.hash);
  location.reload();
}

/** Why the page was locked before, once. */
export function whyLocked(): string {
  const state: unknown = history.state;
  const why = typeof state === "object" && state !== null && "why" in state ? state.why : "";
  history.replaceState(null, "");
  return typeof why === "string" ? why : "";
}

function watchIdleness(): void {
  let last = Date.now();
  let told = last;
  const alive = (): void => {
    // Whoever wakes a computer that slept finds the desk locked: the first touch does not count as having been there.
    if (Date.now() - last >= IDLE) {
      lock("idle");
      return;
    }
    last = Date.now();
    aboutToLock.value = false;
    // The server ends a session of which it hears nothing, and writing a long reply asks it for nothing.
    if (last - told > TELL) {
      told = last;
      call("GET", "/api/me", nothing).catch(nothing);
    }
  };
  const look = (): void => {
    // A computer that slept has counted no seconds: the clock decides, not the number of ticks.
    const quiet = Date.now() - last;
    if (quiet >= IDLE) lock("idle");
    else aboutToLock.value = quiet >= IDLE - WARNING;
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    addEventListener(kind, alive, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, 1_000);
}

async function followChanges(): Promise<void> {
  // Asked without a number, the server tells at once where the numbers stand; before that nothing has changed.
  let since = -1;
  let failures = 0;
  let answered = Date.now();
  while (session.value !== null) {
    try {
      const asked = since < 0 ? "/api/changes" : `/api/changes?since=${since}`;
      const found = await call("GET", asked, CHANGES, undefined, { signal: AbortSignal.timeout(ANSWERS) });
      failures = 0;
      answered = Date.now();
      if (silentSince.value !== null) {
        silentSince.value = null;
        returns.value += 1;
      }
      if (since >= 0 && found.number > since) changes.value = found;
      // A server that answers at once without news must not be asked without a pause.
      if (found.number <= since) await pause(AGAIN / 5);
      since = found.number;
    } catch {
      failures += 1;
      if (failures >= FAILURES) silentSince.value = answered;
      await pause(AGAIN);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
  });
}
