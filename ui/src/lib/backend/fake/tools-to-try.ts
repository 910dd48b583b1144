import type { ToolView } from "../../bindings/ToolView";

function tool(name: string, description: string, inputSchema: unknown = { type: "object", properties: {} }): ToolView {
  return { name, title: null, description, inputSchema, readOnly: true, destructive: false };
}

/** All that a form has to show, and an answer of each kind. */
export const toolsToTry: ToolView[] = [
  tool("plan_release", "Every kind of argument.", {
    type: "object",
    required: ["name", "day", "steps", "owner", "public"],
    properties: {
      name: { type: "string", title: "Name of the release", minLength: 3, maxLength: 40, description: "As the notes call it." },
      day: { type: "string", format: "date", description: "When it is due." },
      at: { type: "string", format: "time" },
      share: { type: "number", minimum: 0, maximum: 1, description: "How many get it first, from 0 to 1." },
      channel: { enum: ["stable", "beta", 7, null], default: "beta" },
      public: { type: "boolean" },
      owner: {
        description: "Who answers for it.",
        anyOf: [
          { type: "string", format: "email", title: "Mail" },
          { type: "object", title: "Team", required: ["team"], properties: { team: { type: "string" }, lead: { type: "string" } } },
          { type: "null" },
        ],
      },
      steps: {
        type: "array",
        minItems: 1,
        maxItems: 3,
        description: "In the order they are done.",
        items: { type: "object", required: ["what"], properties: { what: { type: "string" }, minutes: { type: "integer", minimum: 1 } } },
      },
      tags: { type: "array", items: { type: "string", pattern: "^[a-z-]+$" } },
      follows: { $ref: "#/$defs/release" },
      extra: { description: "Whatever else there is." },
    },
    $defs: {
      release: {
        type: "object",
        description: "The release before it.",
        required: ["name"],
        properties: { name: { type: "string" }, follows: { $ref: "#/$defs/release" } },
      },
    },
  }),
  tool("markdown", "Answers in Markdown."),
  tool("table", "Answers with rows."),
  tool("ids", "Answers with numbers that are long."),
  tool("tree", "Answers with something deep."),
  tool("long", "Answers with a great deal of text."),
  tool("sound", "Answers with a sound, a link and a file."),
  tool("book_table", "Asks before it answers."),
  tool("pay", "Sends you to a page before it answers."),
  tool("fails", "Says that it failed."),
  tool("anything", "Takes whatever it is given.", true),
];
