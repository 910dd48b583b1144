/** Moves focus among the rows of a list: up, down, first, last; right and left between a row and its action. */
export function moveFocus(list: HTMLElement, event: KeyboardEvent): void {
  const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  const row = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
  if (!row) return;
  const at = rows.indexOf(row);
  const onAction = (event.target as HTMLElement).hasAttribute("data-action");
  const part = (of: HTMLElement | undefined, action: boolean) =>
    of?.querySelector<HTMLElement>(action ? "[data-action]" : "[data-open]");

  const target = {
    ArrowDown: part(rows[at + 1], false),
    ArrowUp: part(rows[at - 1], false),
    Home: part(rows[0], false),
    End: part(rows.at(-1), false),
    ArrowRight: part(row, true),
    ArrowLeft: onAction ? part(row, false) : undefined,
  }[event.key];
  if (!target) return;
  event.preventDefault();
  target.focus();
}

export function focusRow(list: HTMLElement, id: string | null): void {
  const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  const row = rows.find(({ dataset }) => dataset.row === id) ?? rows[0];
  row?.querySelector<HTMLElement>("[data-open]")?.focus();
}
