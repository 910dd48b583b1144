import type { CallOutcome } from "../../bindings/CallOutcome";
import type { ToolContent } from "../../bindings/ToolContent";
import type { Arguments } from "../backend";

const CHART =
  "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIzMjAiIGhlaWdodD0iMTQwIj48cmVjdCB3aWR0aD0iMzIwIiBoZWlnaHQ9IjE0MCIgZmlsbD0iI2ZmZiIvPjxnIGZpbGw9IiMyZjViZDgiPjxyZWN0IHg9IjIwIiB5PSI4MCIgd2lkdGg9IjQwIiBoZWlnaHQ9IjQwIi8+PHJlY3QgeD0iODAiIHk9IjQwIiB3aWR0aD0iNDAiIGhlaWdodD0iODAiLz48cmVjdCB4PSIxNDAiIHk9IjYwIiB3aWR0aD0iNDAiIGhlaWdodD0iNjAiLz48cmVjdCB4PSIyMDAiIHk9IjIwIiB3aWR0aD0iNDAiIGhlaWdodD0iMTAwIi8+PHJlY3QgeD0iMjYwIiB5PSI5MCIgd2lkdGg9IjQwIiBoZWlnaHQ9IjMwIi8+PC9nPjwvc3ZnPg==";

function outcome(content: ToolContent[], more: Partial<CallOutcome> = {}): CallOutcome {
  return { content, structured: null, isError: false, durationMillis: 84, ...more };
}

/** What a pretended server answers. */
export async function answerOf(tool: string, args: Arguments): Promise<CallOutcome> {
  switch (tool) {
    case "draw_chart":
      return outcome([
        { type: "text", text: "Issues of this week" },
        { type: "image", data: CHART, mimeType: "image/svg+xml" },
        { type: "link", uri: "https://linear.app/team/engine/charts/7", name: "The chart on the web" },
      ]);
    case "summary":
      return outcome([], { structured: { open: 23, closed: 41, byTeam: { Engine: 12, Pane: 8, Docs: 3 } } });
    case "slow_report":
      await new Promise((resolve) => setTimeout(resolve, 30_000));
      return outcome([{ type: "text", text: "Done." }], { durationMillis: 30_012 });
    case "always_fails":
      return outcome([{ type: "text", text: "Rate limit: try again in 60 seconds." }], { isError: true });
    case "needs_sign_in":
      throw {
        code: "reauth_required",
        message: "Linear needs you to sign in again.",
        remedy: "Choose Reconnect, then run the tool once more.",
      };
    default:
      return outcome([{ type: "text", text: JSON.stringify({ tool, received: args }, null, 2) }]);
  }
}
