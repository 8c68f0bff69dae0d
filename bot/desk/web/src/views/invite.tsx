// Inviting somebody: name, roles, languages; then the link, which is shown once and handed over by a safe way.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import * as api from "../api/office.ts";
import type { Language, Role } from "../api/signin.ts";
import { useAct } from "../asking.ts";
import { ErrorNote, Field, Fold, Notice } from "../parts.tsx";
import { isName } from "../sealing/index.ts";
import { session } from "../session.ts";
import { moment, t } from "../words.ts";
import { LanguageBoxes, RoleBoxes } from "./roleboxes.tsx";

export function Invite(props: { readonly onInvited: (name: string, link: api.Link) => void }): JSX.Element {
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<readonly Role[]>(["reviewer"]);
  const [languages, setLanguages] = useState<readonly Language[]>([]);
  const work = useAct();
  const spelled = name.trim();
  const right = isName(spelled) && roles.length > 0;
  return (
    <Fold title={t("Invite somebody")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!right) return;
          work.act(async () => {
            const link = await api.invite(spelled, roles, languages);
            setName("");
            props.onInvited(spelled, link);
          });
        }}
      >
        <ErrorNote error={work.error} />
        <Field
          label={t("Name at the desk")}
          hint={t("As colleagues will see it; it need not be the real one.")}
          error={spelled !== "" && !isName(spelled) ? t("1 to 64 letters, digits, spaces, dots and hyphens.") : ""}
        >
          {(ids) => <input {...ids} type="text" autoComplete="off" maxLength={64} value={name} onInput={(event) => setName(event.currentTarget.value)} />}
        </Field>
        <RoleBoxes chosen={roles} onChosen={setRoles} />
        <LanguageBoxes chosen={languages} onChosen={setLanguages} />
        <button type="submit" class="main" disabled={!right || work.busy}>
          {t("Make the invitation link")}
        </button>
      </form>
    </Fold>
  );
}

/** Whether a link leads to this page's server and names this page's root, which whoever follows it will go by. */
function isOurs(link: string): boolean {
  const { server, root } = session.value ?? { server: "", root: "" };
  const [before, after = ""] = link.split("/#invite=");
  return root !== "" && before === server && /^[0-9a-f]{64}$/.test(after.slice(0, 64)) && after.slice(64) === `&root=${root}`;
}

/** The link, once. */
export function LinkNote(props: { readonly name: string; readonly link: api.Link }): JSX.Element {
  const { name, link } = props;
  const [copied, setCopied] = useState(false);
  if (!isOurs(link.link)) return <ErrorNote error={new ApiError("strange")} />;
  return (
    <Notice kind="good">
      <p>
        {t("Invitation for {name}, good until {when} and for one enrolment. Hand it over by a way that only they read. It is not shown again.", {
          name,
          when: moment(link.until),
        })}
      </p>
      <p class="mono link" translate={false}>
        {link.link}
      </p>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          void navigator.clipboard.writeText(link.link).then(() => setCopied(true), () => setCopied(false));
        }}
      >
        {copied ? t("Copied") : t("Copy the link")}
      </button>
    </Notice>
  );
}
