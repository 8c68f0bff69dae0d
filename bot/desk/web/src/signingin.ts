// Signing in, step by step: the key file is unlocked here, a challenge is signed, the server gives a token, the signed
// list of keys is checked against the pinned root. Nothing of the key or its passphrase leaves this page.
import { localPin } from "./api/local.ts";
import * as api from "./api/signin.ts";
import { ApiError, useToken } from "./api/client.ts";
import { keep, kept } from "./kept.ts";
import { usePasskey } from "./passkeys.ts";
import {
  KeyringError,
  readKeyring,
  signInProof,
  unlock,
  utf8,
  type Bytes,
  type Key,
  type Keyring,
  type Progress,
} from "./sealing/index.ts";
import { errorLine } from "./refusals.ts";
import { begin } from "./session.ts";
import { t } from "./words.ts";

/** Where this page comes from and whom it speaks to. */
export interface Place {
  readonly about: api.About;
  readonly server: string;
  readonly local: boolean;
  /** What the server itself runs, where the page is not served by it; null in a hosted desk. */
  readonly behind: Pick<api.About, "version" | "page"> | null;
  /** The root's fingerprint that the local desk was started with; "" in a hosted desk. */
  readonly root: string;
}

/** What is needed to sign in. `totp` is "" where a passkey is used. */
export interface Given {
  readonly place: Place;
  readonly root: string;
  readonly key: Key;
  readonly totp: string;
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Ask which page this is. */
export async function findPlace(): Promise<Place> {
  const about = await api.about();
  if (LOOPBACK.includes(location.hostname)) {
    try {
      const { root_fingerprint: root, server, version, page } = await localPin();
      return { about: { ...about, version, page }, behind: about, server, local: true, root };
    } catch (error) {
      // A server on this computer, as in a trial, serves no pin: it is a hosted desk like any other.
      if (!(error instanceof ApiError) || error.code === "offline") throw error;
    }
  }
  return { about, behind: null, server: location.origin, local: false, root: "" };
}

/** Unlock a key file. */
export function unlocked(file: Bytes, passphrase: string, progress: Progress): Promise<Key> {
  // Words copied from paper bring capitals and double spaces; the passphrases we make have neither.
  const spoken = passphrase.trim().replace(/\s+/g, " ");
  return unlock(file, spoken.split(" ").length === 6 ? spoken.toLowerCase() : passphrase, progress);
}

/** Sign in and begin the session; tells whether the signed list of keys held against the root. */
export async function signIn(given: Given): Promise<boolean> {
  const { key, place, totp } = given;
  const passkey = totp === "" ? await usePasskey(await api.passkeyForSignIn(key.name)) : undefined;
  const challenge = await api.challenge(key.name);
  const signature = await signInProof(key.signer, { challenge, name: key.name, server: place.server });
  const second = passkey === undefined ? { totp } : { passkey };
  useToken(await api.signIn({ name: key.name, challenge, signature, ...second }));
  try {
    const me = await api.me();
    const { keyring, trouble } = await checkedKeyring(given.root);
    begin({
      me,
      key,
      keyring,
      keyringTrouble: trouble,
      root: given.root,
      about: place.about,
      server: place.server,
      local: place.local,
    });
    return keyring !== null;
  } catch (error) {
    useToken("");
    throw error;
  }
}

/** The highest number of a list of this root that this browser used: an older one, with people who left, is refused. */
function lastSerial(root: string): number {
  const [of, serial = ""] = kept("serial").split(" ");
  return of === root && /^\d{1,15}$/.test(serial) ? Number(serial) : 0;
}

async function checkedKeyring(root: string): Promise<{ readonly keyring: Keyring | null; readonly trouble: string }> {
  try {
    const file = await api.keyringFile();
    if (file === "") return { keyring: null, trouble: t("There is none yet; the holder of the root signs the first.") };
    const keyring = await readKeyring(utf8(file), root, new Date(), lastSerial(root));
    keep("serial", `${root} ${keyring.serial}`);
    return { keyring, trouble: "" };
  } catch (error) {
    if (error instanceof KeyringError) return { keyring: null, trouble: errorLine(error) };
    if (error instanceof ApiError && error.code !== "offline" && error.code !== "unreachable") {
      return { keyring: null, trouble: error.code === "unavailable" ? t("The server gives none.") : errorLine(error) };
    }
    throw error;
  }
}
