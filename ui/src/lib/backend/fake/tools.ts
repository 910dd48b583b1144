import type { ToolView } from "../../bindings/ToolView";

function tool(name: string, description: string, inputSchema: unknown, more: Partial<ToolView> = {}): ToolView {
  return { name, title: null, description, inputSchema, readOnly: false, destructive: false, ...more };
}

const none = { type: "object", properties: {} };

export const sampleTools: ToolView[] = [
  tool(
    "create_issue",
    "Create an issue in a team. Title and team are required.",
    {
      type: "object",
      required: ["title", "team"],
      properties: {
        title: { type: "string", description: "What it is about, in one line." },
        team: { type: "string", enum: ["Engine", "Pane", "Docs"], description: "The team that owns it." },
        priority: { type: "integer", minimum: 0, maximum: 4, default: 2, description: "0 is none, 1 is urgent." },
        labels: { type: "array", items: { type: "string" } },
        assignee: { type: ["string", "null"], description: "An e-mail address; nobody when null." },
        due: {
          type: "object",
          required: ["date"],
          properties: { date: { type: "string", format: "date" }, reminder: { type: "boolean", default: true } },
        },
      },
    },
    { title: "Create issue" },
  ),
  tool(
    "list_issues",
    "List issues, newest first, filtered by team, state, assignee or label.",
    { type: "object", properties: { team: { type: "string" }, limit: { type: "integer", default: 20 } } },
    { readOnly: true },
  ),
  tool("draw_chart", "Draw the issues of this week as a picture.", none, { readOnly: true }),
  tool("summary", "Read numbers as structured output.", none, { readOnly: true }),
  tool("slow_report", "Takes half a minute, so that there is something to cancel.", none, { readOnly: true }),
  tool("always_fails", "Says that it failed.", none),
  tool("needs_sign_in", "Finds that the sign-in has ended.", none),
  tool(
    "delete_project",
    "Delete a project with everything in it.\n\nThis cannot be undone. Members lose access at once, links to its issues stop working, and exports that are still running end early. The name of the project can be used again after thirty days. Webhooks are told last.",
    { type: "object", required: ["id"], properties: { id: { type: "string" } } },
    { destructive: true },
  ),
];

export function manyTools(count: number): ToolView[] {
  return Array.from({ length: count }, (_, at) =>
    tool(`tool_${String(at + 1).padStart(4, "0")}`, `Does the thing number ${at + 1}.`, none),
  );
}

export const oddTools: ToolView[] = [
  tool(
    "a_tool_whose_name_goes_on_and_on_without_a_single_space_until_it_meets_the_edge_of_the_window_and_beyond",
    "Ein-sehr-langes-Wort-ohne-Leerzeichen-".repeat(6),
    {
      type: "object",
      required: ["an_argument_with_a_name_that_is_longer_than_anybody_should_have_to_read_in_one_go"],
      properties: {
        an_argument_with_a_name_that_is_longer_than_anybody_should_have_to_read_in_one_go: {
          anyOf: [{ type: "string" }, { type: "array", items: { $ref: "#/$defs/row" } }, { type: "null" }],
          default: { some: ["rather", "long", "default", "value", "that", "has", "no", "end"] },
        },
      },
      $defs: { row: { type: "object", properties: { a: { type: "number" } } } },
    },
    { destructive: true, title: "A title that is also quite long, and says much the same as the name does" },
  ),
  tool("no_description", "", true),
];
