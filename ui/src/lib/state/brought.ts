import { checkAddress } from "./address";

/** Longest text that the engine reads, in bytes. */
export const TEXT_LIMIT = 1024 * 1024;

/** A list of servers that the person has pasted, or dropped onto the window. */
export interface Brought {
  /** The name of a file. */
  name: string | null;
  text: string;
  problem: "too_large" | "unreadable" | null;
}

/** A text by itself. */
export function broughtText(text: string): Brought {
  return { name: null, text, problem: null };
}

/** The files that were dropped. */
export function broughtBy(files: File[]): Promise<Brought[]> {
  return Promise.all(files.map(readFile));
}

async function readFile(file: File): Promise<Brought> {
  const { name, size } = file;
  if (size > TEXT_LIMIT) return { name, text: "", problem: "too_large" };
  return file.text().then(
    (text): Brought => ({ name, text, problem: null }),
    // A folder, or a file that went away.
    (): Brought => ({ name, text: "", problem: "unreadable" }),
  );
}

/** What a text that was pasted or dropped seems to be; the engine has the last word. */
export function kindOf(text: string): "list" | "address" | null {
  const trimmed = text.trim();
  if (/^[{[](?!:)|^"[^"]*"\s*:|^\[?mcp_servers|"mcpServers"|(^|\n)mcpServers:/.test(trimmed)) return "list";
  return checkAddress(trimmed) === "valid" ? "address" : null;
}
