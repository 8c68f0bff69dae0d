// The keyboard: one table from which both the handling and the `?` sheet are made. Keys are known by their place on the
// keyboard (`event.code`), since staff type in Russian and Tajik layouts; the table can be switched off as a whole.
import { signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keep, kept } from "./kept.ts";
import { mark } from "./words.ts";

export type Scope = "everywhere" | "list" | "case" | "writing";

export interface Shortcut {
  readonly action: string;
  readonly code: string;
  readonly shift?: true;
  readonly control?: true;
  /** Pressed before it, as in G then Q. */
  readonly first?: "KeyG";
  readonly scope: Scope;
  readonly shown: string;
  readonly does: string;
}

/** Every shortcut of the desk. */
export const SHORTCUTS: readonly Shortcut[] = [
  { action: "help", code: "Slash", shift: true, scope: "everywhere", shown: "?", does: mark("Show this sheet") },
  { action: "lock", code: "KeyL", scope: "everywhere", shown: "L", does: mark("Lock now") },
  { action: "theme", code: "KeyD", scope: "everywhere", shown: "D", does: mark("Dark or light") },
  { action: "go-cases", code: "KeyQ", first: "KeyG", scope: "everywhere", shown: "G Q", does: mark("Go to all open cases") },
  { action: "go-mine", code: "KeyM", first: "KeyG", scope: "everywhere", shown: "G M", does: mark("Go to my cases") },
  { action: "go-duty", code: "KeyD", first: "KeyG", scope: "everywhere", shown: "G D", does: mark("Go to duty") },
  { action: "go-audit", code: "KeyA", first: "KeyG", scope: "everywhere", shown: "G A", does: mark("Go to the audit") },
  { action: "go-settings", code: "KeyS", first: "KeyG", scope: "everywhere", shown: "G S", does: mark("Go to settings") },
  { action: "next", code: "KeyJ", scope: "list", shown: "J", does: mark("Next case") },
  { action: "previous", code: "KeyK", scope: "list", shown: "K", does: mark("Previous case") },
  { action: "open", code: "Enter", scope: "list", shown: "Enter", does: mark("Open the case") },
  { action: "search", code: "Slash", scope: "list", shown: "/", does: mark("Find a case by its reference") },
  { action: "back", code: "Escape", scope: "case", shown: "Esc", does: mark("Back to the list") },
  { action: "claim", code: "KeyC", scope: "case", shown: "C", does: mark("Take the case") },
  { action: "release", code: "KeyC", shift: true, scope: "case", shown: "Shift C", does: mark("Give the case back") },
  { action: "transfer", code: "KeyA", scope: "case", shown: "A", does: mark("Hand the case over") },
  { action: "stage", code: "KeyS", scope: "case", shown: "S", does: mark("Change the stage") },
  { action: "note", code: "KeyN", scope: "case", shown: "N", does: mark("Write a note") },
  { action: "reply", code: "KeyR", scope: "case", shown: "R", does: mark("Write a reply") },
  { action: "identity", code: "KeyI", scope: "case", shown: "I", does: mark("Open the identity") },
  { action: "call", code: "KeyW", scope: "case", shown: "W", does: mark("Call a reader of the language") },
  { action: "expand", code: "KeyE", scope: "case", shown: "E", does: mark("Unfold or fold everything") },
  { action: "copy", code: "Period", scope: "case", shown: ".", does: mark("Copy the reference") },
  { action: "print", code: "KeyP", scope: "case", shown: "P", does: mark("Print the case") },
  { action: "recuse", code: "KeyX", shift: true, scope: "case", shown: "Shift X", does: mark("Step aside from the case") },
  { action: "submit", code: "Enter", control: true, scope: "writing", shown: "Ctrl Enter", does: mark("Go on to sending") },
];

/** The names of the groups on the sheet. */
export const SCOPES: readonly (readonly [Scope, string])[] = [
  ["everywhere", mark("Everywhere")],
  ["list", mark("In the list")],
  ["case", mark("In a case")],
  ["writing", mark("While writing")],
];

/** Whether single keys do something; what is pressed with Ctrl always does. */
export const shortcutsOn = signal(kept("shortcuts") !== "off");

const PATIENCE = 1_500;
/** The part of the page to which the keys belong; null where they belong to the whole view. */
type Own = RefObject<HTMLElement | null> | null;

const handlers: { readonly action: string; readonly act: () => void; readonly own: Own }[] = [];
let first: { readonly code: string; readonly at: number } | null = null;

/** Switch single keys on or off; keeps the choice. */
export function switchShortcuts(on: boolean): void {
  shortcutsOn.value = on;
  keep("shortcuts", on ? "" : "off");
}

/**
 * Do these things on their keys while the component is shown; the component that came last has the word. With `own` only
 * while the cursor or the focus is in that part: of two forms that are open, the one in which somebody writes is meant.
 */
export function useKeys(acts: Readonly<Record<string, (() => void) | undefined>>, own: Own = null): void {
  const current = useRef(acts);
  current.current = acts;
  const names = Object.keys(acts)
    .filter((name) => acts[name] !== undefined)
    .join();
  // Before it is painted: a key counts from the moment its act can be seen.
  useLayoutEffect(() => {
    const mine = names
      .split(",")
      .filter((name) => name !== "")
      .map((action) => ({ action, act: () => current.current[action]?.(), own }));
    handlers.push(...mine);
    return () => {
      for (const each of mine) handlers.splice(handlers.indexOf(each), 1);
    };
  }, [names]);
}

/** Listen to the keyboard; called once. */
export function startKeys(): void {
  addEventListener("keydown", pressed);
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey || event.repeat) return;
  const begun = first !== null && event.timeStamp - first.at < PATIENCE ? first.code : undefined;
  first = null;
  const typing = isWriting(event.target);
  if (!event.ctrlKey && (typing || !shortcutsOn.value || isPressable(event))) return;
  const found = SHORTCUTS.find((each) => each.first === begun && matches(each, event) && handlerOf(each.action) !== undefined);
  if (found !== undefined) {
    event.preventDefault();
    handlerOf(found.action)?.act();
  } else if (event.code === "KeyG" && !event.ctrlKey && !event.shiftKey) {
    first = { code: event.code, at: event.timeStamp };
  }
}

/** What answers this action now. */
function handlerOf(action: string): (typeof handlers)[number] | undefined {
  return handlers.findLast((each) => each.action === action && (each.own === null || each.own.current?.contains(document.activeElement) === true));
}

function matches(shortcut: Shortcut, event: KeyboardEvent): boolean {
  const control = shortcut.control === true;
  // Where ? lies elsewhere on the keyboard, the letter counts too.
  if (shortcut.action === "help" && event.key === "?") return true;
  return event.code === shortcut.code && event.shiftKey === (shortcut.shift === true) && event.ctrlKey === control;
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog") !== null) return true;
  return target instanceof HTMLInputElement
    ? !["checkbox", "radio", "button"].includes(target.type)
    : target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Enter belongs to the button or link that has the focus. */
function isPressable(event: KeyboardEvent): boolean {
  return event.code === "Enter" && event.target instanceof HTMLElement && event.target.closest("a, button, summary") !== null;
}
