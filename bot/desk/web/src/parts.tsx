// Small parts that all views are made of: fields, notices, progress, a press that must be pressed twice. They know no
// server and no case, and show every text as text.
import { Fragment, type ComponentChildren, type JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { errorLine } from "./refusals.ts";
import { t } from "./words.ts";

type Kind = "info" | "good" | "warning" | "danger";

/** A view with its heading, which takes the focus so that those who hear the page know where they are. */
export function Page(props: {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [props.title]);
  return (
    <section class="page">
      <h1 tabIndex={-1} ref={heading}>
        {props.title}
      </h1>
      {props.lead === undefined ? null : <p class="lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}

/** Something the reader must see. What is dangerous or wrong is said at once to those who hear the page. */
export function Notice(props: { readonly kind?: Kind; readonly children: ComponentChildren }): JSX.Element {
  const kind = props.kind ?? "info";
  return (
    <div class={`notice ${kind}`} role={kind === "danger" ? "alert" : kind === "good" ? "status" : undefined}>
      {props.children}
    </div>
  );
}

/** What went wrong, or nothing. */
export function ErrorNote(props: { readonly error: unknown }): JSX.Element | null {
  return props.error === null || props.error === undefined ? null : <Notice kind="danger">{errorLine(props.error)}</Notice>;
}

/** A label with what it belongs to: `children` gets the ids that tie them together. */
export function Field(props: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string;
  readonly children: (ids: { readonly id: string; readonly "aria-describedby": string }) => ComponentChildren;
}): JSX.Element {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children({ id, "aria-describedby": about })}
      <div id={about} class="hint">
        {props.hint}
        {props.error === undefined || props.error === "" ? null : <span class="wrong"> {props.error}</span>}
      </div>
    </div>
  );
}

/** Work that takes a while; with `done` from 0 to 1 where that is known. */
export function Busy(props: { readonly words: string; readonly done?: number }): JSX.Element {
  const id = useId();
  return (
    <div class="busy" role="status">
      <span id={id}>{props.words}</span>
      <progress aria-labelledby={id} max={1} {...(props.done === undefined ? {} : { value: props.done })} />
    </div>
  );
}

/** Where the reader is on the way: the names of the steps, the present one marked. */
export function Steps(props: { readonly names: readonly string[]; readonly now: number }): JSX.Element {
  return (
    <ol class="steps">
      {props.names.map((name, place) => (
        <li key={name} class={place < props.now ? "past" : ""} aria-current={place === props.now ? "step" : undefined}>
          {name}
        </li>
      ))}
    </ol>
  );
}

/** Two presses: the second names what happens and to whom. No dialog, and nothing moves under the finger. */
export function TwoClick(props: {
  readonly label: string;
  readonly confirm: string;
  readonly onYes: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly class?: string;
}): JSX.Element {
  const [asked, setAsked] = useState(false);
  const second = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!asked) return;
    // A browser would put it into the middle of the screen, away from the finger.
    second.current?.focus({ preventScroll: true });
    second.current?.scrollIntoView({ block: "nearest" });
  }, [asked]);
  if (!asked) {
    return (
      <button type="button" class={props.class ?? "quiet"} disabled={props.disabled} onClick={() => setAsked(true)}>
        {props.label}
      </button>
    );
  }
  return (
    <span class="twice">
      <button type="button" class="quiet" onClick={() => setAsked(false)}>
        {t("Cancel")}
      </button>
      <button
        type="button"
        ref={second}
        class={props.danger === false ? "main" : "danger"}
        disabled={props.disabled}
        onClick={() => {
          setAsked(false);
          props.onYes();
        }}
      >
        {props.confirm}
      </button>
    </span>
  );
}

/** Terms and what they are. */
export function Lines(props: { readonly rows: readonly (readonly [string, ComponentChildren])[] }): JSX.Element {
  return (
    <dl class="lines">
      {props.rows.map(([term, value]) => (
        <Fragment key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** Something folded behind a line that names it. */
export function Fold(props: {
  readonly title: ComponentChildren;
  readonly open?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="fold" open={props.open ?? false}>
      <summary>{props.title}</summary>
      {props.children}
    </details>
  );
}

/** Six digits of an authenticator app. */
export function CodeField(props: { readonly value: string; readonly onValue: (digits: string) => void }): JSX.Element {
  return (
    <Field label={t("Code from your authenticator app")} hint={t("Six digits, new every 30 seconds.")}>
      {(ids) => (
        <input
          {...ids}
          class="code"
          type="text"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          value={props.value}
          onInput={(event) => props.onValue(event.currentTarget.value.replace(/\D/g, "").slice(0, 6))}
        />
      )}
    </Field>
  );
}

/** Offer bytes made on this page as a file of this computer. */
export function download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // The browser has begun to save by then; the address would keep the bytes in memory.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A file of this computer, chosen by a button in the reader's language; the browser's own speaks the browser's. */
export function FilePick(props: {
  readonly ids: { readonly id: string; readonly "aria-describedby": string };
  readonly disabled?: boolean;
  readonly onFile: (name: string, bytes: Uint8Array<ArrayBuffer>) => void;
  readonly onError: (error: unknown) => void;
}): JSX.Element {
  const [name, setName] = useState("");
  return (
    <span class="pick">
      <input
        {...props.ids}
        class="hidden"
        type="file"
        disabled={props.disabled}
        onChange={(event) => {
          const file = event.currentTarget.files?.item(0);
          if (!file) return;
          setName(file.name);
          file.arrayBuffer().then((bytes) => props.onFile(file.name, new Uint8Array(bytes)), props.onError);
        }}
      />
      <label for={props.ids.id} class="picker">
        {t("Choose a file")}
      </label>
      <span class="picked">{name}</span>
    </span>
  );
}

/** Letters in groups of four, which are read out and compared more easily. */
export function grouped(letters: string): string {
  return letters.replace(/(.{4})(?=.)/g, "$1 ");
}
