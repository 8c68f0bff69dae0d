// Holds the place of a view that is being written.
import type { JSX } from "preact";

export function Rewrap(): JSX.Element {
  return <p>…</p>;
}
