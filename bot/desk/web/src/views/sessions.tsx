// Where one is signed in, and ending it there.
import type { JSX } from "preact";
import * as api from "../api/signin.ts";
import { useAct, useAsked } from "../asking.ts";
import { PLACES, named } from "../names.ts";
import { ErrorNote, Lines, Page, TwoClick } from "../parts.tsx";
import { announce, lock } from "../session.ts";
import { moment, t } from "../words.ts";

export function Sessions(): JSX.Element {
  const { value, error, again } = useAsked(api.sessions);
  const work = useAct();
  return (
    <Page title={t("Sessions")} lead={t("Where you are signed in now. A session ends by itself after 30 minutes without you, and after 12 hours in any case.")}>
      <ErrorNote error={error ?? work.error} />
      <SessionList
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

/** Sessions, with an end to each where `onEnd` is given. */
export function SessionList(props: {
  readonly rows: readonly api.SessionRow[];
  readonly onEnd?: (row: api.SessionRow) => void;
}): JSX.Element {
  const { rows, onEnd } = props;
  return (
    <ul class="sessions">
      {rows.map((row) => (
        <li key={row.id} class="card">
          <div class="spread">
            <strong>{named(PLACES, row.place)}</strong>
            {row.current ? <span class="badge good">{t("this one")}</span> : null}
          </div>
          <Lines
            rows={[
              [t("Since"), moment(row.created_at)],
              [t("Last seen"), moment(row.seen_at)],
            ]}
          />
          {onEnd === undefined ? null : (
            <div class="row">
              <TwoClick
                label={t("End")}
                confirm={row.current ? t("End this session and lock") : t("End the session of {day}", { day: moment(row.created_at) })}
                onYes={() => onEnd(row)}
              />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
