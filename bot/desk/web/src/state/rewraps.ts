// Sealing case keys anew after the keyring changed: case by case, each opened and sealed in this browser, each handed to
// the server on its own, so that stopping loses nothing. Answers and their hashes are never touched.
import { signal } from "@preact/signals";
import { askCase, askCaseKeys, askRewraps, give, type RewrapCase } from "../api/cases.ts";
import { ApiError } from "../api/client.ts";
import { caseInput, openCaseKey, rewrap, type Problem } from "../sealing/index.ts";
import { session } from "../session.ts";

export type Outcome = "done" | "changed" | "closed" | "doubtful" | "failed";

export interface Rewrapping {
  readonly cases: readonly RewrapCase[];
  readonly serial: number;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly running: boolean;
  readonly stopping: boolean;
  readonly error: unknown;
}

const NONE: Rewrapping = { cases: [], serial: 0, outcomes: new Map(), running: false, stopping: false, error: null };

export const rewrapping = signal<Rewrapping>(NONE);

/** List the cases whose keys are sealed to an older keyring. */
export async function listRewraps(): Promise<void> {
  if (rewrapping.value.running) return;
  rewrapping.value = NONE;
  try {
    const cases: RewrapCase[] = [];
    let after: string | null = "";
    let serial = 0;
    while (after !== null) {
      const page: Awaited<ReturnType<typeof askRewraps>> = await askRewraps(after);
      cases.push(...page.cases);
      serial = page.serial;
      // A server that repeats a page must not keep this going for ever.
      after = page.next === after || page.cases.length === 0 ? null : page.next;
    }
    rewrapping.value = { ...NONE, cases, serial };
  } catch (error) {
    rewrapping.value = { ...NONE, error };
  }
}

/** Begin, or go on where it was stopped. */
export async function runRewraps(): Promise<void> {
  if (rewrapping.value.running) return;
  rewrapping.value = { ...rewrapping.value, running: true, stopping: false, error: null };
  for (const each of rewrapping.value.cases) {
    if (rewrapping.value.stopping) break;
    if (rewrapping.value.outcomes.get(each.reference) === "done") continue;
    const outcome = await one(each);
    if (outcome === null) break;
    rewrapping.value = { ...rewrapping.value, outcomes: new Map(rewrapping.value.outcomes).set(each.reference, outcome) };
  }
  rewrapping.value = { ...rewrapping.value, running: false, stopping: false };
}

/** Stop after the case that is being sealed now. */
export function stopRewraps(): void {
  rewrapping.value = { ...rewrapping.value, stopping: true };
}

/** Seal the keys of one case; null where going on makes no sense. */
async function one(each: RewrapCase): Promise<Outcome | null> {
  const { reference } = each;
  try {
    const { key, keyring } = session.value ?? { key: null, keyring: null };
    if (key === null || keyring === null) throw new ApiError("unavailable");
    const detail = await askCase(reference);
    const keys = await askCaseKeys(reference);
    // Only case-key files are fetched, and a manifest to prove those that were sealed anew before: nothing that somebody
    // wrote is read for this, and nothing else is believed.
    const input = caseInput(detail.raw, { facts: keys, identity: keys });
    let sealed = 0;
    for (const compartment of each.compartments) {
      const problems: Problem[] = [];
      const opened = await openCaseKey(input, compartment, [key.identity], keyring, problems);
      // Not given to this person, or not sealed to their key.
      if (opened === null) continue;
      // A key whose author is gone was proven by a manifest of the case, and whoever seals it now signs for it.
      if (problems.some(({ problem }) => problem !== "author_gone")) return "doubtful";
      await give(reference, "rewraps", await rewrap(input, opened, keyring, key));
      sealed += 1;
    }
    return sealed === each.compartments.length ? "done" : "closed";
  } catch (error) {
    if (error instanceof ApiError) {
      if (error.code === "changed") return "changed";
      if (["offline", "unreachable", "signed_out", "slow_down"].includes(error.code)) {
        rewrapping.value = { ...rewrapping.value, error };
        return null;
      }
    }
    return "failed";
  }
}
