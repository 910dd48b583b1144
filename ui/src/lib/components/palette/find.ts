import type { Entry } from "./entry";

/** More than anybody reads; who wants another types another letter. */
export const MOST = 50;

/** Without case and accents. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** The entries in which every word occurs, those that begin with one first; else they stay in order. */
export function found(entries: readonly Entry[], query: string): Entry[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, words) }))
    .filter(({ rank }) => Number.isFinite(rank))
    .sort((one, other) => one.rank - other.rank)
    .map(({ entry }) => entry);
}

/** The smaller, the better; infinite where a word is missing. */
function rankOf(entry: Entry, words: readonly string[]): number {
  const label = folded(entry.label);
  const rest = folded([entry.note, entry.also].filter(Boolean).join(" "));
  return words.reduce((sum, word) => sum + rankOfWord(word, label, rest), 0);
}

function rankOfWord(word: string, label: string, rest: string): number {
  if (label.startsWith(word)) return 0;
  const at = label.indexOf(word);
  if (at < 0) return rest.includes(word) ? 3 : Infinity;
  return beginsWord(label, word, at) ? 1 : 2;
}

function beginsWord(label: string, word: string, at: number): boolean {
  if (at < 0) return false;
  return !/[\p{L}\p{N}]/u.test(label[at - 1]!) || beginsWord(label, word, label.indexOf(word, at + 1));
}
