/** Every shortcut there is, with the strokes that mean it; the first one is shown. `Mod` is Ctrl, or Cmd on macOS. */
export const shortcuts = {
  palette: ["Mod+k"],
  sheet: ["?", "Mod+/"],
  add: ["Mod+n"],
  search: ["Mod+f"],
  preferences: ["Mod+,"],
  larger: ["Mod++"],
  smaller: ["Mod+-"],
  usual: ["Mod+0"],
  quit: ["Mod+q"],
  back: ["Escape"],
  up: ["ArrowUp"],
  down: ["ArrowDown"],
  first: ["Home"],
  last: ["End"],
  right: ["ArrowRight"],
  left: ["ArrowLeft"],
  moveUp: ["Alt+ArrowUp"],
  moveDown: ["Alt+ArrowDown"],
  choose: ["Enter"],
  run: ["Mod+Enter"],
} as const;

export type Shortcut = keyof typeof shortcuts;

export function onMac(): boolean {
  return navigator.platform.startsWith("Mac");
}

/** Whether a key, pressed as it is, means this. */
export function is(event: KeyboardEvent, name: Shortcut): boolean {
  return (shortcuts[name] as readonly string[]).includes(strokeOf(event));
}

/** The first of some that a key means. */
export function pressed<Name extends Shortcut>(event: KeyboardEvent, names: readonly Name[]): Name | undefined {
  return names.find((name) => is(event, name));
}

/** For `aria-keyshortcuts`. */
export function spokenKeys(...names: Shortcut[]): string {
  return names.map((name) => shortcuts[name][0].replace("Mod", onMac() ? "Meta" : "Control")).join(" ");
}

function strokeOf({ key, ctrlKey, metaKey, altKey, shiftKey, target }: KeyboardEvent): string {
  const [mod, other] = onMac() ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  // The plus of many keyboards needs Shift, and nobody presses it.
  const letter = key === "=" ? "+" : key.toLowerCase();
  const sign = key.length === 1 && letter === letter.toUpperCase();
  // A sign alone is text while somebody types.
  if (other || (sign && !mod && isText(target))) return "";
  // Which signs need Shift depends on the keyboard.
  const shift = shiftKey && !sign;
  return [mod && "Mod", altKey && "Alt", shift && "Shift", key.length === 1 ? letter : key].filter(Boolean).join("+");
}

function isText(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}
