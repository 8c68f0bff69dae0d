// Changing what somebody may do and reads. Giving needs one press, taking a role away two. No key changes by it: what the
// key must be sealed to anew, or no more, is said beside the boxes before it is saved.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import * as api from "../api/office.ts";
import type { Language, Role } from "../api/signin.ts";
import { useAct } from "../asking.ts";
import { roleName } from "../names.ts";
import { ErrorNote, Fold, Notice, TwoClick } from "../parts.tsx";
import { announce } from "../session.ts";
import { t } from "../words.ts";
import { LanguageBoxes, RoleBoxes } from "./roleboxes.tsx";

const CASE_WORKERS: readonly Role[] = ["reviewer", "identity", "lead"];

export function ChangePerson(props: { readonly person: api.Person; readonly onChanged: () => void }): JSX.Element {
  const { person, onChanged } = props;
  const { name } = person;
  const [roles, setRoles] = useState<readonly Role[]>(person.roles);
  const [languages, setLanguages] = useState<readonly Language[]>(person.languages);
  const work = useAct();
  const taken = person.roles.filter((role) => !roles.includes(role));
  const given = roles.filter((role) => !person.roles.includes(role));
  const sameLanguages = languages.length === person.languages.length && languages.every((each) => person.languages.includes(each));
  const ready = roles.length > 0 && (taken.length > 0 || given.length > 0 || !sameLanguages) && !work.busy;
  const save = (): void =>
    work.act(async () => {
      await api.changePerson(name, roles, languages);
      announce(t("Saved for {name}. It holds from now on.", { name }));
      onChanged();
    });
  return (
    <Fold title={t("Change roles and languages")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && taken.length === 0) save();
        }}
      >
        <RoleBoxes chosen={roles} onChosen={setRoles} />
        <LanguageBoxes chosen={languages} onChosen={setLanguages} />
        {roles.length === 0 ? <p class="hint wrong">{t("Everybody has at least one role.")}</p> : null}
        <KeyNote before={keyFor(person.roles)} after={keyFor(roles)} />
        <ErrorNote error={work.error} />
        {taken.length === 0 ? (
          <button type="submit" class="main" disabled={!ready}>
            {t("Save roles and languages")}
          </button>
        ) : (
          <TwoClick
            label={t("Save roles and languages")}
            confirm={t("Take away from {name}: {roles}", { name, roles: taken.map(roleName).join(", ") })}
            disabled={!ready}
            onYes={save}
          />
        )}
      </form>
    </Fold>
  );
}

type KeyFor = "nothing" | "facts" | "identity";

function keyFor(roles: readonly Role[]): KeyFor {
  if (roles.includes("identity")) return "identity";
  return roles.some((role) => CASE_WORKERS.includes(role)) ? "facts" : "nothing";
}

/** What the change leaves to be done with keys. */
function KeyNote(props: { readonly before: KeyFor; readonly after: KeyFor }): JSX.Element | null {
  const { before, after } = props;
  if (before === after) return null;
  const more = after === "identity" || before === "nothing";
  return (
    <Notice kind="warning">
      {more ? (
        <p>{t("Their key opens more only after the holder of the root has signed their new card and a lead has sealed the case keys anew.")}</p>
      ) : (
        <p>{t("The server gives them less at once. Cases stay sealed to their key until the holder of the root has signed a list without it, or with their new card, and a lead has sealed the case keys anew.")}</p>
      )}
      {after === "nothing" ? <p>{t("Cases that they hold go back to the queue.")}</p> : null}
    </Notice>
  );
}
