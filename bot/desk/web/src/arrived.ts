// What the address brought along behind #: an invitation with the root's fingerprint, or the local desk's start token.
// It is taken out of the address at once, so that no history and no screenshot keeps it.
import { signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

export interface Arrived {
  readonly invite: string;
  readonly root: string;
  readonly start: string;
}

const NOBODY: Arrived = { invite: "", root: "", start: "" };

/** What came along, kept in memory until it is used. */
export const arrived = signal<Arrived>(taken());

/** The invitation is used up. Its root is kept where none was: a link never replaces one that this browser knows. */
export function invitationDone(): void {
  if (arrived.value.root !== "" && kept("root") === "") keep("root", arrived.value.root);
  arrived.value = NOBODY;
}

// Somebody who opens such an address in a page that is already there has only changed the part behind #.
addEventListener("hashchange", () => {
  const found = taken();
  if (found.invite !== "" || found.start !== "") arrived.value = found;
});

function taken(): Arrived {
  const hash = location.hash.slice(1);
  if (hash.startsWith("/") || hash === "") return NOBODY;
  const given = new URLSearchParams(hash);
  const found = {
    invite: formed(given.get("invite"), /^[0-9A-Za-z_-]{16,128}$/),
    root: formed(given.get("root"), /^[0-9a-f]{64}$/),
    start: formed(given.get("start"), /^[0-9A-Za-z_-]{16,128}$/),
  };
  if (Object.values(found).some((each) => each !== "")) history.replaceState(null, "", location.pathname);
  return found;
}

function formed(value: string | null, form: RegExp): string {
  return value !== null && form.test(value) ? value : "";
}
