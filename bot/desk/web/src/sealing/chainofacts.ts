// The chain of the audit: each row's hash stands for the row and all before it. The
// page computes it anew over the rows it is given; the whole chain is proven by `panoh audit verify`.
import { fromHex, hex, join } from "./bytes.ts";
import { encode } from "./canonical.ts";
import { sha256 } from "./suite.ts";
import { parseTime } from "./times.ts";

const LABEL = "panoh audit 1\n";
const NOTHING = "00".repeat(32);

/** A row of the audit. */
export interface Act {
  readonly number: number;
  readonly at: string;
  readonly actor: string;
  readonly act: string;
  readonly reference: string;
  readonly reason: string | null;
  readonly hash: string;
}

/** The number of the first row that does not follow from the one before it, or null; rows go upwards without a gap. */
export function firstBroken(rows: readonly Act[]): number | null {
  for (const [place, row] of rows.entries()) {
    const before = rows[place - 1];
    if (before !== undefined && row.number !== before.number + 1) return row.number;
    const hash = before?.hash ?? (row.number === 1 ? NOTHING : undefined);
    // The first of a later page stands on what is not shown; it is the ground for those after it.
    if (hash !== undefined && actHash(row, hash) !== row.hash) return row.number;
  }
  return null;
}

function actHash(row: Act, before: string): string {
  const { number, actor, act, reference, reason } = row;
  const at = parseTime(row.at).getTime() / 1_000;
  return hex(sha256(join(LABEL, fromHex(before) ?? "", encode({ number, at, actor, act, reference, reason }))));
}
