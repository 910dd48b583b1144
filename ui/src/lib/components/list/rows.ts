import { pressed, type Shortcut } from "../../keys/shortcuts";

/** Where a key leads among the rows of a list, or that it leads nowhere. */
export interface Step {
  id: string;
  /** Whether to the action of the row, or to the row itself. */
  action: boolean;
}

/** Up, down, first, last; right and left between a row and its action. */
export function stepFrom(event: KeyboardEvent, ids: readonly string[]): Step | null {
  const target = event.target as HTMLElement;
  const id = rowOf(target);
  if (id === null) return null;
  const at = ids.indexOf(id);
  const key = pressed(event, ["down", "up", "first", "last", "right", "left"]);
  const places: Partial<Record<Shortcut, number>> = { down: at + 1, up: at - 1, first: 0, last: ids.length - 1 };
  const to = key && places[key];
  const other = to === undefined ? undefined : ids[to];
  if (other !== undefined) return { id: other, action: false };
  if (key === "right") return { id, action: true };
  if (key === "left" && target.hasAttribute("data-action")) return { id, action: false };
  return null;
}

/** The row that something is a part of. */
export function rowOf(part: Element): string | null {
  return part.closest<HTMLElement>("[data-row]")?.dataset.row ?? null;
}

/** Says whether there was something to focus. */
export function focusRow(list: HTMLElement, { id, action }: Step): boolean {
  const row = list.querySelector(`[data-row="${CSS.escape(id)}"]`);
  const part = row?.querySelector<HTMLElement>(action ? "[data-action]" : "[data-open]");
  part?.focus();
  return Boolean(part);
}
