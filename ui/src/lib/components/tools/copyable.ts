import type { CallOutcome } from "../../bindings/CallOutcome";

/** What *Copy* puts on the clipboard: the text of an answer, or its data where it has no text. */
export function copyable({ content, structured }: CallOutcome): string {
  const texts = content.flatMap((piece) => {
    if (piece.type === "text") return [piece.text];
    if (piece.type === "link") return [piece.uri];
    if (piece.type === "other") return [JSON.stringify(piece.json, null, 2)];
    return [];
  });
  if (texts.length) return texts.join("\n\n");
  return structured === null || structured === undefined ? "" : JSON.stringify(structured, null, 2);
}

/** `1.2 MB`: the size of what base64 text stands for. */
export function sizeOf(base64: string): string {
  const bytes = Math.floor((base64.length * 3) / 4);
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
