// What stands below the way in: language and colours, and which page this is, for comparing it with another computer.
import type { JSX } from "preact";
import type { Place } from "../signingin.ts";
import { Fold, Lines, grouped } from "../parts.tsx";
import { setTheme, theme, type Theme } from "../theme.ts";
import { LOCALES, locale, mark, setLocale, t, type Locale } from "../words.ts";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", mark("As the system")],
  ["light", mark("Light")],
  ["dark", mark("Dark")],
];

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
export function PageFacts(props: { readonly place: Pick<Place, "about" | "server" | "local"> }): JSX.Element {
  const { about, server, local } = props.place;
  return (
    <Fold title={t("Which page is this?")}>
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
