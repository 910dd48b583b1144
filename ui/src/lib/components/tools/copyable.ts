import type { CallOutcome } from "../../bindings/CallOutcome";
import type { ToolContent } from "../../bindings/ToolContent";
import { resourceOf } from "../../result/resource";
import { prettyJson } from "../../schema/exact";
import { t } from "../../text/later";

/** What *Copy* puts on the clipboard: the text of an answer, or its data where it has no text. */
export function copyable({ content, structured }: CallOutcome): string {
  const texts = content.flatMap((piece) => {
    if (piece.type === "link") return [piece.uri];
    const { text } = textOf(piece);
    if (text) return [text];
    return piece.type === "other" ? [prettyJson(piece.json)] : [];
  });
  if (texts.length) return texts.join("\n\n");
  return structured ? prettyJson(structured) : "";
}

/** The text of a piece, its own or that of a resource in it. */
export function textOf(piece: ToolContent): { text: string; mimeType: string } {
  if (piece.type === "text") return { text: piece.text, mimeType: "" };
  const resource = piece.type === "other" ? resourceOf(JSON.parse(piece.json)) : null;
  return { text: resource?.text ?? "", mimeType: resource?.mimeType ?? "" };
}

/** `1.2 MB`: the size of what base64 text stands for. */
export function sizeOf(base64: string): string {
  return sizeIn(Math.floor((base64.length * 3) / 4));
}

/** About the size of a text. */
export function sizeOfText(text: string): string {
  return sizeIn(text.length);
}

function sizeIn(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : t.result.megabytes(bytes / 1_000_000);
}
