import { tick } from "svelte";

const CONTROLS = ":is(a[href], button, input, select, textarea, summary, [tabindex]):not(:disabled, [tabindex='-1'])";

/**
 * Where what has the focus leaves the page, the focus goes on to what stands nearest, and not to nothing.
 * Answers with the way to end that.
 */
export function keepFocus(): () => void {
  /** What had the focus, the last one last. */
  let trail: HTMLElement[] = [];

  function remember({ target }: FocusEvent): void {
    trail = [...trail.slice(-9), target as HTMLElement];
  }

  const watcher = new MutationObserver(async (changes) => {
    const lost = trail.at(-1);
    if (!lost || lost.isConnected) return;
    // Whoever took it away may know better.
    await tick();
    if (!document.activeElement?.matches("body, dialog")) return;
    trail = trail.filter(({ isConnected }) => isConnected);
    if (!focusNear(lost, changes) && !lost.closest("dialog")) focus(trail.at(-1));
  });

  document.addEventListener("focusin", remember);
  watcher.observe(document, { childList: true, subtree: true });
  return () => {
    document.removeEventListener("focusin", remember);
    watcher.disconnect();
  };
}

/** The next control after the gap, or the first around it, or what is around it; no further than the sheet or the pane. */
function focusNear(lost: Node, changes: readonly MutationRecord[]): boolean {
  let place: Node | undefined = lost;
  let gap: Node | null = null;
  while (place && !place.isConnected) {
    const inside: Node = place;
    const change = changes.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(inside)));
    place = change?.target;
    gap = change?.nextSibling ?? null;
  }
  for (let around = place as HTMLElement | null | undefined; around?.closest("main, dialog"); around = around.parentElement) {
    const controls = [...around.querySelectorAll<HTMLElement>(CONTROLS)];
    const next = controls.findIndex((control) => gap && (control === gap || gap.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING));
    if ([...controls.slice(Math.max(next, 0)), ...controls, around].some(focus)) return true;
    gap = around;
  }
  return false;
}

/** Tells whether it took the focus. */
function focus(part: HTMLElement | undefined): boolean {
  part?.focus({ preventScroll: true });
  return document.activeElement === part;
}
