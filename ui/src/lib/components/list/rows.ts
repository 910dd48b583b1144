import { pressed, type Shortcut } from "../../keys/shortcuts";

/** Where a key leads among the rows of a list, or that it leads nowhere. */
export interface Step {
  id: string;
  /** Which of its buttons: the row itself, then its actions. */
  part: number;
}

/** Up, down, first, last; right and left between a row and its actions. */
export function stepFrom(event: KeyboardEvent, ids: readonly string[]): Step | null {
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>("[data-row]");
  const id = row?.dataset.row;
  if (!id) return null;
  const at = ids.indexOf(id);
  const key = pressed(event, ["down", "up", "first", "last", "right", "left"]);
  const places: Partial<Record<Shortcut, number>> = { down: at + 1, up: at - 1, first: 0, last: ids.length - 1 };
  const to = key && places[key];
  const other = to === undefined ? undefined : ids[to];
  if (other !== undefined) return { id: other, part: 0 };
  const part = partsOf(row).indexOf(target) + (key === "right" ? 1 : -1);
  return (key === "right" || key === "left") && part >= 0 ? { id, part } : null;
}

/** The row that something is a part of. */
export function rowOf(part: Element): string | null {
  return part.closest<HTMLElement>("[data-row]")?.dataset.row ?? null;
}

/** Says whether there was something to focus. */
export function focusRow(list: HTMLElement, { id, part }: Step): boolean {
  const row = list.querySelector(`[data-row="${CSS.escape(id)}"]`);
  const button = row && partsOf(row)[part];
  button?.focus();
  return Boolean(button);
}

function partsOf(row: Element): HTMLElement[] {
  return [...row.querySelectorAll("button")];
}
