// People, for an administrator: who is there, inviting, ending access. It gives nobody access to a case: only the holder
// of the root does, by signing a card, whose fingerprint is compared here with what the person reads out. A lead is told
// of colleagues no more than their names, roles and languages.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import * as api from "../api/office.ts";
import { useAct, useAsked } from "../asking.ts";
import { PERSON_STATES, languageName, named, roleName } from "../names.ts";
import { ErrorNote, Fold, Lines, Notice, Page, TwoClick, download, grouped } from "../parts.tsx";
import { utf8 } from "../sealing/index.ts";
import { announce, session } from "../session.ts";
import { day, t } from "../words.ts";
import { ChangePerson } from "./changeperson.tsx";
import { Invite, LinkNote } from "./invite.tsx";
import { SessionList } from "./sessions.tsx";

/** What an act on a person left to be said. */
interface Said {
  readonly link?: { readonly name: string; readonly link: api.Link };
  readonly left?: { readonly name: string; readonly left: api.Left };
}

export function People(): JSX.Element {
  return session.value?.me.roles.includes("administrator") === true ? <Office /> : <Colleagues />;
}

function Colleagues(): JSX.Element {
  const { value, error } = useAsked(api.people);
  return (
    <Page title={t("People")} lead={t("Your colleagues at the desk. Administrators invite, change roles and end access.")}>
      <ErrorNote error={error} />
      <ul class="people">
        {(value ?? []).map(({ name, roles, languages }) => (
          <li key={name} class="card">
            <h2>{name}</h2>
            <Lines rows={[[t("Roles"), roles.map(roleName).join(", ")], readsRow(languages)]} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function readsRow(languages: api.Person["languages"]): readonly [string, string] {
  return [t("Reads"), languages.length === 0 ? "–" : languages.map(languageName).join(", ")];
}

function Office(): JSX.Element {
  const { value, error, again } = useAsked(api.people);
  const [said, setSaid] = useState<Said>({});
  return (
    <Page title={t("People")} lead={t("Inviting somebody opens no case to you or to them: only the holder of the root adds keys, offline.")}>
      <ErrorNote error={error} />
      {said.link === undefined ? null : <LinkNote {...said.link} />}
      {said.left === undefined ? null : <LeftNote {...said.left} />}
      <Invite
        onInvited={(name, link) => {
          setSaid({ link: { name, link } });
          again();
        }}
      />
      <ul class="people">
        {(value ?? []).map((person) => (
          <PersonCard key={person.name} person={person} onSaid={setSaid} onChanged={again} />
        ))}
      </ul>
    </Page>
  );
}

function LeftNote(props: { readonly name: string; readonly left: api.Left }): JSX.Element {
  const { name, left } = props;
  return (
    <Notice kind={left.in_keyring ? "warning" : "good"}>
      <p>{t("{name} is shut out: no session, no sealed bytes. Cases given back: {count}.", { name, count: left.released })}</p>
      {left.in_keyring ? (
        <p>
          {t("List number {serial} still names this key. Ask the holder of the root for a list without it; after that, leads re-wrap the cases.", {
            serial: left.serial,
          })}
        </p>
      ) : null}
    </Notice>
  );
}

function PersonCard(props: {
  readonly person: api.Person;
  readonly onSaid: (said: Said) => void;
  readonly onChanged: () => void;
}): JSX.Element {
  const { person, onSaid, onChanged } = props;
  const { name, state, member } = person;
  const work = useAct();
  const left = state === "left";
  return (
    <li class="card">
      <div class="spread">
        <h2>{name}</h2>
        <span class={`badge ${state === "enrolled" ? "good" : ""}`}>{state === null ? "–" : named(PERSON_STATES, state)}</span>
      </div>
      <Lines
        rows={[
          [t("Roles"), person.roles.map(roleName).join(", ")],
          readsRow(person.languages),
          [t("In the signed list of keys"), member === null ? "–" : member ? t("yes") : t("no")],
          [t("Key good until"), person.key_not_after === null ? "–" : day(person.key_not_after)],
          [t("Last seen"), person.last_seen_day === null ? "–" : day(person.last_seen_day)],
        ]}
      />
      <ErrorNote error={work.error} />
      {person.fingerprint === null || left ? null : (
        <Fold title={t("Card for the holder of the root")}>
          <p>{t("{name} reads these letters out; they must be the same, letter for letter.", { name })}</p>
          <p class="fingerprint mono">{grouped(person.fingerprint)}</p>
          <button
            type="button"
            class="quiet"
            disabled={work.busy}
            onClick={() => work.act(async () => download(`${name}.card`, utf8((await api.card(name)).card)))}
          >
            {t("Save the card as a file")}
          </button>
        </Fold>
      )}
      {left ? null : <ChangePerson key={`${person.roles.join()} ${person.languages.join()}`} person={person} onChanged={onChanged} />}
      {state === "enrolled" ? <SessionsOf name={name} /> : null}
      {left ? null : (
        <div class="row">
          <TwoClick
            label={t("Invite anew")}
            confirm={state === "enrolled" ? t("Shut {name} out until they enrol again", { name }) : t("Make a new link for {name}", { name })}
            danger={state === "enrolled"}
            disabled={work.busy}
            onYes={() =>
              work.act(async () => {
                const link = await api.inviteAgain(name);
                onSaid({ link: { name, link } });
                onChanged();
              })
            }
          />
          <TwoClick
            label={t("End access")}
            confirm={t("End all access of {name} now", { name })}
            disabled={work.busy}
            onYes={() =>
              work.act(async () => {
                const done = await api.offboard(name);
                announce(t("{name} is shut out.", { name }));
                onSaid({ left: { name, left: done } });
                onChanged();
              })
            }
          />
        </div>
      )}
    </li>
  );
}

function SessionsOf(props: { readonly name: string }): JSX.Element {
  const { name } = props;
  const [rows, setRows] = useState<Awaited<ReturnType<typeof api.sessionsOf>> | null>(null);
  const work = useAct();
  const load = (): void => work.act(async () => setRows(await api.sessionsOf(name)));
  return (
    <Fold title={t("Sessions")}>
      <ErrorNote error={work.error} />
      {rows === null ? (
        <button type="button" class="quiet" disabled={work.busy} onClick={load}>
          {t("Show them")}
        </button>
      ) : rows.length === 0 ? (
        <p>{t("Not signed in anywhere.")}</p>
      ) : (
        <>
          <SessionList rows={rows} />
          <TwoClick
            label={t("End all of them")}
            confirm={t("End every session of {name}", { name })}
            disabled={work.busy}
            onYes={() =>
              work.act(async () => {
                await api.endSessionsOf(name);
                setRows([]);
              })
            }
          />
        </>
      )}
    </Fold>
  );
}
