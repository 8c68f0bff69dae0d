// Dark, light, or as the system has it. The choice stands as an attribute of the page, which the style sheet reads.
import { signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

export type Theme = "system" | "dark" | "light";

/** What was chosen. */
export const theme = signal<Theme>(read(kept("theme")));

/** Show the desk in these colours from now on; keeps the choice. */
export function setTheme(chosen: Theme): void {
  theme.value = chosen;
  keep("theme", chosen === "system" ? "" : chosen);
  show();
}

/** The other of dark and light. */
export function turnTheme(): void {
  const dark = theme.value === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme.value === "dark";
  setTheme(dark ? "light" : "dark");
}

/** Show what was chosen before. */
export function startTheme(): void {
  show();
}

function show(): void {
  document.documentElement.dataset.theme = theme.value;
}

function read(value: string): Theme {
  return value === "dark" || value === "light" ? value : "system";
}
