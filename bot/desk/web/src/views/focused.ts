// Puts the cursor where one writes next, once, when the field appears.
export function focused(field: HTMLElement | null): void {
  if (field === null || field.dataset.focused !== undefined) return;
  field.dataset.focused = "";
  field.focus();
}
