// Starts the desk and holds its frame: the way in, the bar, the view that the address names, the sheet of shortcuts.
// Views live in views/, what is asked of the server in api/, keys and what opens cases in sealing/.
import { render, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Bar, placesOf } from "./bar.tsx";
import { Sheet } from "./sheet.tsx";
import { Standing } from "./standing.tsx";
import { startKeys } from "./keys.ts";
import { HOME, route } from "./route.ts";
import { selfTest } from "./sealing/index.ts";
import { aboutToLock, announced, session } from "./session.ts";
import { startTheme } from "./theme.ts";
import { Audit } from "./views/audit.tsx";
import { CasePage } from "./views/case.tsx";
import { Drill } from "./views/drill.tsx";
import { Duty } from "./views/duty.tsx";
import { Enrol } from "./views/enrol.tsx";
import { People } from "./views/people.tsx";
import { Queue } from "./views/queue.tsx";
import { Rewrap } from "./views/rewrap.tsx";
import { Sessions } from "./views/sessions.tsx";
import { Settings } from "./views/settings.tsx";
import { SignIn } from "./views/signin.tsx";
import { Unfit } from "./views/unfit.tsx";
import { arrived } from "./arrived.ts";
import { locale, mark, startWords, t } from "./words.ts";
import "./app.css";
import "./cases.css";

const VIEWS: Readonly<Record<string, () => JSX.Element | null>> = {
  cases: Queue,
  case: CasePage,
  rewrap: Rewrap,
  people: People,
  duty: Duty,
  audit: Audit,
  sessions: Sessions,
  settings: Settings,
  drill: Drill,
};

const NAMES: Readonly<Record<string, string>> = {
  cases: mark("Cases"),
  case: mark("Case"),
  rewrap: mark("Re-wrap"),
  people: mark("People"),
  duty: mark("Duty"),
  audit: mark("Audit"),
  sessions: mark("Sessions"),
  settings: mark("Settings"),
  drill: mark("Key drill"),
};

/** The view that the address names; whoever works on no case begins at the first place that is open to them. */
function shownView(): string {
  const { view } = route.value;
  const known = Object.hasOwn(VIEWS, view) ? view : HOME;
  const now = session.value;
  if (known !== HOME || now === null) return known;
  const places = placesOf(now).map((place) => place.view);
  return places.includes(HOME) ? HOME : (places[0] ?? HOME);
}

function Desk(): JSX.Element {
  const [helping, setHelping] = useState(false);
  const view = shownView();
  const View = VIEWS[view] ?? Queue;
  useEffect(() => {
    // Which view this is, and nothing of what is open in it: titles stay in the browser's history.
    document.title = `${t(NAMES[view] ?? "")} · Panoh`;
  }, [view, locale()]);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The part behind # names the view: going there would leave it.
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        {t("Skip to the content")}
      </a>
      <Bar onHelp={() => setHelping(true)} />
      {aboutToLock.value ? (
        <div class="locking" role="alert">
          {t("Nobody seems to be here: the desk locks in half a minute. Move or press any key to stay.")}
        </div>
      ) : null}
      <main id="main" tabIndex={-1} class={`view-${view}`}>
        <Standing />
        <View key={view} />
      </main>
      <Sheet open={helping} onClose={() => setHelping(false)} />
    </>
  );
}

function Whole(props: { readonly missing: readonly string[] }): JSX.Element {
  const inside = session.value !== null;
  return (
    <>
      {props.missing.length > 0 ? (
        <Unfit missing={props.missing} />
      ) : inside ? (
        <Desk />
      ) : arrived.value.invite !== "" ? (
        <Enrol />
      ) : (
        <SignIn />
      )}
      <div class="hidden" role="status" aria-live="polite">
        {announced.value}
      </div>
    </>
  );
}

async function start(): Promise<void> {
  const place = document.getElementById("desk");
  if (place === null) return;
  startTheme();
  await startWords();
  const missing = globalThis.isSecureContext ? await selfTest() : ["secure context"];
  startKeys();
  render(<Whole missing={missing} />, place);
}

void start();
