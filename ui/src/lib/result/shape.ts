import { inexactIn, readJson } from "../schema/exact";
import { isSchema } from "../schema/schema";

/** Longer text is shown as it is: reading it as something else would be felt. */
const READ = 200_000;
/** A line that leads deeper than anybody reads: each level would be read anew. */
const DEEP = /^(?:[ \t]{0,3}(?:>|(?:[*+-]|\d{1,9}[.)])[ \t])){30}/m;
/** More columns than this are easier to read as a tree. */
const COLUMNS = 12;

/** Rows with the same few names, for a table. */
export interface Table {
  columns: string[];
  rows: Record<string, unknown>[];
  /** What the list is called by, if it was wrapped in an object. */
  name: string;
}

/** How a text is best shown. */
type Shape = { kind: "plain" } | { kind: "markdown" } | { kind: "data"; value: unknown };

/** JSON is data, unless a number in it would show as another; what is marked up is Markdown, and all else is what it is. */
export function shapeOf(text: string, mimeType = ""): Shape {
  if (text.length > READ) return { kind: "plain" };
  const data = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  if (data !== undefined) return inexactIn(text) ? { kind: "plain" } : { kind: "data", value: data };
  if (DEEP.test(text)) return { kind: "plain" };
  const marked = mimeType.startsWith("text/markdown") || (!mimeType.startsWith("text/") && looksLikeMarkdown(text));
  return marked ? { kind: "markdown" } : { kind: "plain" };
}

function parsed(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** Marks that hardly anybody writes by chance, near the beginning. */
function looksLikeMarkdown(text: string): boolean {
  return /^#{1,6} \S|^```|^ {0,3}[-*+] \[[ x]\] |^ {0,3}\|? {0,3}:?-{3,99}:? {0,3}\||\*\*\S.{0,300}?\S\*\*|\[[^\]\n]{1,300}\]\([^)\s]{1,300}\)|^[-*+] .{1,300}\n[-*+] /m.test(text.slice(0, 20_000));
}

/** The table that a value is: a list of flat objects, alone or as the only thing in an object. */
export function tableOf(value: unknown): Table | null {
  if (Array.isArray(value)) return tableNamed("", value);
  const entries = isSchema(value) ? Object.entries(value) : [];
  const [only] = entries;
  return entries.length === 1 && only && Array.isArray(only[1]) ? tableNamed(only[0], only[1]) : null;
}

function tableNamed(name: string, list: unknown[]): Table | null {
  if (!list.length || !list.every(isFlat)) return null;
  const columns = [...new Set(list.flatMap((row) => Object.keys(row)))];
  return columns.length && columns.length <= COLUMNS ? { name, columns, rows: list } : null;
}

function isFlat(value: unknown): value is Record<string, unknown> {
  return isSchema(value) && Object.values(value).every((cell) => typeof cell !== "object" || cell === null);
}

/** One line of data, as a table or a tree shows it: text has quotes only where it looks like something else. */
export function wordOf(value: unknown): string {
  if (typeof value === "bigint") return `${value}`;
  if (typeof value !== "string") return value === undefined ? "" : JSON.stringify(value);
  return value === "" || /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(value) ? JSON.stringify(value) : value;
}
