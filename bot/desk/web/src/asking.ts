// Asking the server from a view: what came, what failed, whether it still runs; and asking again when told to.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** An answer that is awaited. */
export interface Asked<Value> {
  readonly value: Value | null;
  readonly error: unknown;
  readonly again: () => void;
}

/** Ask when the view appears, and anew when one of `on` changes; an answer that comes too late is dropped. */
export function useAsked<Value>(ask: () => Promise<Value>, on: readonly unknown[] = []): Asked<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let wanted = true;
    ask().then(
      (found) => {
        if (!wanted) return;
        setValue(found);
        setError(null);
      },
      (problem: unknown) => {
        if (wanted) setError(problem);
      },
    );
    return () => {
      wanted = false;
    };
  }, [turn, ...on]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { value, error, again };
}

/** Something a press starts: it runs once at a time, and what failed is kept for showing. */
export function useAct(): {
  readonly busy: boolean;
  readonly error: unknown;
  readonly act: (work: () => Promise<void>) => void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef(false);
  const act = (work: () => Promise<void>): void => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(null);
    work()
      .catch(setError)
      .finally(() => {
        running.current = false;
        setBusy(false);
      });
  };
  return { busy, error, act };
}
