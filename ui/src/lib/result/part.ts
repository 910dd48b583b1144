/** Enough to read, and little enough to draw at once. */
const FIRST = 20_000;

/** The beginning of a text, cut at the end of a line where there is one near. */
export function beginningOf(text: string, most = FIRST): string {
  if (text.length <= most) return text;
  const end = text.lastIndexOf("\n", most);
  return text.slice(0, end > most / 2 ? end : most);
}
