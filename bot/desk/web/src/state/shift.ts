// What weighs on the reader in this session, counted on this page only, for their own eyes: critical cases taken, hard
// descriptions opened. It ends with the page and is told to nobody.
import { signal } from "@preact/signals";

const MANY = 3;

const critical = signal<ReadonlySet<string>>(new Set());

/** How many descriptions of violence were unfolded. */
export const hardOnes = signal(0);

/** A critical case was taken. */
export function tookCritical(reference: string): void {
  critical.value = new Set(critical.value).add(reference);
}

/** Whether it is time to offer handing over. */
export function isMuch(): boolean {
  return critical.value.size >= MANY;
}
