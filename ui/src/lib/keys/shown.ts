import { t } from "../text/later";
import { onMac } from "./shortcuts";

const SIGNS: Readonly<Record<string, string>> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
const MAC: Readonly<Record<string, string>> = { Mod: "⌘", Alt: "⌥", Enter: "↩" };

/** The keys of a stroke, as the keyboard says them. */
export function keysOf(stroke: string): string[] {
  return stroke.split(/\+(?=.)/).map((key) => (onMac() && MAC[key]) || SIGNS[key] || t.shortcuts.keys[key] || (key.length === 1 ? key.toUpperCase() : key));
}
