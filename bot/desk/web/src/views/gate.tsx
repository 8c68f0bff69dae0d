// What stands below the way in: language and colours, and which page this is, for comparing it with another computer.
import type { JSX } from "preact";
import { clocks } from "../api/client.ts";
import type { Place } from "../signingin.ts";
import { Fold, Lines, Notice, grouped } from "../parts.tsx";
import { setTheme, theme, type Theme } from "../theme.ts";
import { LOCALES, locale, mark, moment, setLocale, t, type Locale } from "../words.ts";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", mark("As the system")],
  ["light", mark("Light")],
  ["dark", mark("Dark")],
];

/** A key made by a clock that is a day ahead is refused; an hour is more than any good clock is off. */
const CLOCK_MAY_DIFFER = 3_600_000;

/** Whether this computer's clock is too far from the server's, as of the server's last answer. */
export function clockIsOff(): boolean {
  const told = clocks.value;
  return told !== null && Math.abs(told.here.getTime() - told.server.getTime()) > CLOCK_MAY_DIFFER;
}

/** Names the clock where it is off. */
export function ClockNote(): JSX.Element | null {
  const told = clocks.value;
  if (told === null || !clockIsOff()) return null;
  return (
    <Notice kind="danger">
      {t("The clock of this computer says {here}, the server's says {there}. Set it right, then try again: a key made by a wrong clock is refused.", {
        here: moment(told.here.toISOString()),
        there: moment(told.server.toISOString()),
      })}
    </Notice>
  );
}

/** Says that the desk on this computer and the server are not of one version; what was mended may be missing here. */
export function OtherVersion(props: { readonly place: Pick<Place, "about" | "behind"> }): JSX.Element | null {
  const { about, behind } = props.place;
  if (behind === null || (behind.version === about.version && behind.page.hash === about.page.hash)) return null;
  return (
    <Notice kind="warning">
      <p>
        {t("The desk on this computer and the server are of different versions: bring this computer's up to date by the way you got it, never by one that the server offers. Until then something may be missing or fail here.")}
      </p>
      <Lines
        rows={[
          [t("This computer"), <VersionOf version={about.version} hash={about.page.hash} />],
          [t("Server"), <VersionOf version={behind.version} hash={behind.page.hash} />],
        ]}
      />
    </Notice>
  );
}

function VersionOf(props: { readonly version: string; readonly hash: string }): JSX.Element {
  return (
    <span class="mono">
      {props.version} · {grouped(props.hash.slice(0, 16))}
    </span>
  );
}

/** Language and colours. */
export function Choices(): JSX.Element {
  return (
    <div class="choices">
      <label>
        {t("Language")}
        <select value={locale()} onChange={(event) => void setLocale(event.currentTarget.value as Locale)}>
          {LOCALES.map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("Colours")}
        <select value={theme.value} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
          {THEMES.map(([code, name]) => (
            <option key={code} value={code}>
              {t(name)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** Which page this is. */
export function PageFacts(props: { readonly place: Pick<Place, "about" | "server" | "local">; readonly open?: boolean }): JSX.Element {
  const { about, server, local } = props.place;
  return (
    <Fold title={t("Which page is this?")} open={props.open ?? false}>
      <Lines
        rows={[
          [t("Served by"), local ? t("the desk on this computer") : t("the server itself")],
          [t("Server"), <span class="mono">{server}</span>],
          [t("Version"), <span class="mono">{about.version}</span>],
          [t("Hash of the page"), <span class="mono">{grouped(about.page.hash)}</span>],
        ]}
      />
      <p class="hint">
        {local
          ? t("The page comes from your own computer; the server cannot change it.")
          : t("The server that gives you this page could give you another one that reads along. For real work start the desk on your own computer.")}
      </p>
    </Fold>
  );
}
