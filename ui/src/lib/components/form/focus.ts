/** Into a part of a form: where something is filled in or added, and not where it is taken away. */
export function focusIn(part: Element | null | undefined, otherwise?: HTMLElement | null): void {
  (part?.querySelector<HTMLElement>("input, select, textarea, button.add") ?? otherwise)?.focus();
}
