// The bar on top: where one can go, who is signed in, lock. On a phone the places fold behind one button, so that a
// critical case has the screen.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useKeys } from "./keys.ts";
import { go, link, route } from "./route.ts";
import { lock, session, type Session } from "./session.ts";
import { turnTheme } from "./theme.ts";
import { mark, t } from "./words.ts";

interface Place {
  readonly view: string;
  readonly name: string;
  readonly open: (now: Session) => boolean;
}

const PLACES: readonly Place[] = [
  { view: "cases", name: mark("Cases"), open: ({ me }) => me.compartments.length > 0 },
  { view: "rewrap", name: mark("Re-wrap"), open: ({ me }) => me.roles.some((role) => role === "lead" || role === "identity") },
  { view: "people", name: mark("People"), open: ({ me }) => me.roles.includes("administrator") },
  { view: "audit", name: mark("Audit"), open: ({ me }) => me.roles.includes("auditor") },
  { view: "duty", name: mark("Duty"), open: () => true },
  { view: "sessions", name: mark("Sessions"), open: () => true },
  { view: "settings", name: mark("Settings"), open: () => true },
];

/** The places that are open to whoever is signed in. */
export function placesOf(now: Session): readonly Place[] {
  return PLACES.filter((place) => place.open(now));
}

export function Bar(props: { readonly onHelp: () => void }): JSX.Element | null {
  const [unfolded, setUnfolded] = useState(false);
  const now = session.value;
  const { view } = route.value;
  useEffect(() => setUnfolded(false), [view]);
  const audits = now?.me.roles.includes("auditor") === true;
  useKeys({
    help: props.onHelp,
    lock: () => lock(),
    theme: turnTheme,
    "go-cases": () => go("cases", "", { view: "open" }),
    "go-mine": () => go("cases", "", { view: "mine" }),
    "go-duty": () => go("duty"),
    "go-audit": audits ? () => go("audit") : undefined,
    "go-settings": () => go("settings"),
  });
  if (now === null) return null;
  return (
    <header class="bar">
      <span class="brand">Panoh</span>
      <button type="button" class="quiet menu" aria-expanded={unfolded} aria-controls="places" onClick={() => setUnfolded(!unfolded)}>
        {t("Menu")}
      </button>
      <nav id="places" aria-label={t("Places")} class={unfolded ? "unfolded" : ""}>
        {placesOf(now).map((place) => (
          <a
            key={place.view}
            href={link(place.view)}
            aria-current={place.view === view || (place.view === "cases" && view === "case") ? "page" : undefined}
          >
            {t(place.name)}
          </a>
        ))}
      </nav>
      <span class="who">{now.me.name}</span>
      <button type="button" class="quiet" aria-label={t("Keyboard shortcuts")} title={t("Keyboard shortcuts")} onClick={props.onHelp}>
        ?
      </button>
      <button type="button" class="quiet" title={t("Forget everything on this page and sign out")} onClick={() => lock()}>
        {t("Lock")}
      </button>
    </header>
  );
}
