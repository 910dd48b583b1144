import type { ErrorView } from "../../bindings/ErrorView";
import type { QuestionView } from "../../bindings/QuestionView";
import type { ServerView } from "../../bindings/ServerView";
import type { WantedView } from "../../bindings/WantedView";
import { writeJson } from "../../schema/exact";

export const questionGone: ErrorView = { code: "question_gone", message: "This question is no longer open.", remedy: null };
export const noBrowser: ErrorView = {
  code: "no_browser",
  message: "Your browser could not be opened.",
  remedy: "Copy the link and open it in a browser yourself.",
};

export const table: WantedView = {
  kind: "form",
  schema: writeJson({
    type: "object",
    required: ["people", "name"],
    properties: {
      people: { type: "integer", minimum: 1, maximum: 12, title: "People" },
      name: { type: "string", minLength: 1, description: "On whom the table is booked." },
      seat: { enum: ["window", "garden", "wherever"], default: "wherever" },
      quiet: { type: "boolean", default: false },
    },
  }),
};
const checkout: WantedView = {
  kind: "page",
  url: "https://pay.example.com/checkout/9f1c2b?order=7&return=/done",
  origin: "https://pay.example.com",
};

let asked = 0;

export function makeQuestion(server: ServerView, message: string, wanted: WantedView): QuestionView {
  return { id: `q${(asked += 1)}`, server: server.id, serverName: server.name, message, wanted };
}

/** What a pretended tool asks before it answers. */
export function questionOf(tool: string, server: ServerView): QuestionView | null {
  switch (tool) {
    case "book_table":
      return makeQuestion(server, "There is a table at eight. For how many, and on which name?", table);
    case "pay":
      return makeQuestion(server, "The deposit is 20 €. You pay it on our page.", checkout);
    default:
      return null;
  }
}
