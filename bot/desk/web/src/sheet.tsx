// The sheet of shortcuts, made from the table that also handles them, with the switch that turns single keys off.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { SCOPES, SHORTCUTS, shortcutsOn, switchShortcuts } from "./keys.ts";
import { t } from "./words.ts";

export function Sheet(props: { readonly open: boolean; readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (props.open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [props.open]);
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="sheet-title" onClose={props.onClose}>
      <div class="spread">
        <h2 id="sheet-title">{t("Keyboard shortcuts")}</h2>
        <button type="button" class="quiet" onClick={props.onClose}>
          {t("Close")}
        </button>
      </div>
      <ShortcutSwitch />
      <p class="hint">{t("Keys are meant by their place on the keyboard, whatever the layout.")}</p>
      <div class="scopes">
        {SCOPES.map(([scope, name]) => (
          <section key={scope}>
            <h3>{t(name)}</h3>
            <dl class="keys">
              {SHORTCUTS.filter((each) => each.scope === scope).map((each) => (
                <div key={each.action}>
                  <dt>
                    {each.shown.split(" ").map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{t(each.does)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}

/** The switch, on the sheet and in the settings. */
export function ShortcutSwitch(): JSX.Element {
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={shortcutsOn.value} onChange={(event) => switchShortcuts(event.currentTarget.checked)} />
      {t("Single keys do something")}
    </label>
  );
}
