// Where one is signed in, and ending it there.
import type { JSX } from "preact";
import * as api from "../api/signin.ts";
import { useAct, useAsked } from "../asking.ts";
import { PLACES, named } from "../names.ts";
import { ErrorNote, Page, TwoClick } from "../parts.tsx";
import { announce, lock } from "../session.ts";
import { moment, t } from "../words.ts";

export function Sessions(): JSX.Element {
  const { value, error, again } = useAsked(api.sessions);
  const work = useAct();
  return (
    <Page title={t("Sessions")} lead={t("Where you are signed in now. A session ends by itself after 30 minutes without you, and after 12 hours in any case.")}>
      <ErrorNote error={error ?? work.error} />
      <SessionTable
        rows={value ?? []}
        onEnd={(row) =>
          row.current
            ? lock()
            : work.act(async () => {
                await api.endSession(row.id);
                announce(t("The session has ended."));
                again();
              })
        }
      />
    </Page>
  );
}

/** A table of sessions, with an end to each where `onEnd` is given. */
export function SessionTable(props: {
  readonly rows: readonly api.SessionRow[];
  readonly onEnd?: (row: api.SessionRow) => void;
}): JSX.Element {
  const { rows, onEnd } = props;
  return (
    <div class="scroll">
      <table class="table">
        <caption class="hidden">{t("Sessions")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("Where")}</th>
            <th scope="col">{t("Since")}</th>
            <th scope="col">{t("Last seen")}</th>
            {onEnd === undefined ? null : <th scope="col">{t("What to do")}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                {named(PLACES, row.place)}
                {row.current ? <span class="badge">{t("this one")}</span> : null}
              </th>
              <td>{moment(row.created_at)}</td>
              <td>{moment(row.seen_at)}</td>
              {onEnd === undefined ? null : (
                <td>
                  <TwoClick
                    label={t("End")}
                    confirm={row.current ? t("End this session and lock") : t("End the session of {day}", { day: moment(row.created_at) })}
                    onYes={() => onEnd(row)}
                  />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
