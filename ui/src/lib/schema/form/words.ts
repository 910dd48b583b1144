import { isExact, numberIn } from "../exact";

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** What a line shows for a value. */
export function lineOf(value: unknown): string {
  return value === undefined ? "" : String(value);
}

/**
 * The value of a line. An empty one is nothing, unless it `keeps` its place; what is no number, or would
 * become another one, stays as it was typed, to be mended.
 */
export function readLine(text: string, numeric: boolean, keeps = false): string | number | bigint | undefined {
  const typed = numeric ? text.trim() : text;
  if (typed === "") return keeps ? "" : undefined;
  return numeric && NUMBER.test(typed) && isExact(typed) ? numberIn(typed) : typed;
}

/** Text of a number that would become another one. */
export function isInexact(value: unknown): value is string {
  return typeof value === "string" && NUMBER.test(value) && !isExact(value);
}

/** Text that was typed where a number belongs. */
export function isUnreadableNumber(value: unknown): value is string {
  return typeof value === "string" && readLine(value, true, true) === value;
}

/** An object with one entry changed, or without it; the others keep their places. */
export function withEntry(object: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  const others = Object.entries(object);
  const entries = Object.hasOwn(object, name)
    ? others.map(([key, old]) => [key, key === name ? value : old] as const)
    : [...others, [name, value] as const];
  return Object.fromEntries(entries.filter(([key, one]) => key !== name || one !== undefined));
}

/** What an object holds by this name itself. */
export function entryOf(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null && Object.hasOwn(object, name)
    ? (object as Record<string, unknown>)[name]
    : undefined;
}

/** The JSON pointer to something inside. */
export function inside(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
