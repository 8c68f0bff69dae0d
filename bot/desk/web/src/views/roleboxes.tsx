// Boxes for what somebody may do and reads; for inviting and for changing.
import type { JSX } from "preact";
import { LANGUAGE_NAMES, ROLE_NAMES, type Language, type Role } from "../api/signin.ts";
import { languageName, roleName } from "../names.ts";
import { mark, t } from "../words.ts";

const MEANINGS: Readonly<Record<Role, string>> = {
  reviewer: mark("opens facts of cases, takes them, answers"),
  identity: mark("may also open who the person is, with a reason"),
  lead: mark("hands cases over, edits duty, re-wraps"),
  administrator: mark("invites and shuts out people; no case"),
  auditor: mark("sees who did what; no case"),
};

export function RoleBoxes(props: {
  readonly chosen: readonly Role[];
  readonly onChosen: (roles: readonly Role[]) => void;
}): JSX.Element {
  const { chosen, onChosen } = props;
  return (
    <fieldset>
      <legend>{t("Roles")}</legend>
      {ROLE_NAMES.map((role) => (
        <label key={role} class="choice">
          <input type="checkbox" checked={chosen.includes(role)} onChange={() => onChosen(turned(ROLE_NAMES, chosen, role))} />
          <span>
            {roleName(role)} <span class="dim">– {t(MEANINGS[role])}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function LanguageBoxes(props: {
  readonly chosen: readonly Language[];
  readonly onChosen: (languages: readonly Language[]) => void;
}): JSX.Element {
  const { chosen, onChosen } = props;
  return (
    <fieldset>
      <legend>{t("Reads")}</legend>
      <div class="row">
        {LANGUAGE_NAMES.map((language) => (
          <label key={language} class="choice">
            <input type="checkbox" checked={chosen.includes(language)} onChange={() => onChosen(turned(LANGUAGE_NAMES, chosen, language))} />
            {languageName(language)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** One more or one fewer, in the order of all. */
function turned<Value>(all: readonly Value[], chosen: readonly Value[], value: Value): readonly Value[] {
  return all.filter((each) => (each === value) !== chosen.includes(each));
}
