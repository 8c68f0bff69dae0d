// Said instead of the desk where this browser cannot open cases: what is missing and what to do.
import type { JSX } from "preact";
import { Notice } from "../parts.tsx";
import { t } from "../words.ts";

export function Unfit(props: { readonly missing: readonly string[] }): JSX.Element {
  return (
    <main class="gate">
      <h1>Panoh</h1>
      <Notice kind="danger">
        {globalThis.isSecureContext
          ? t("This browser cannot open cases. Use a recent Firefox, Chrome, Edge or Safari.")
          : t("This address is not protected, and so the browser opens nothing here. Use the address that begins with https, or the desk on your own computer.")}
      </Notice>
      <p class="dim">{t("Missing: {what}", { what: props.missing.join(", ") })}</p>
    </main>
  );
}
