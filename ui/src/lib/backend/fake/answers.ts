import type { CallOutcome } from "../../bindings/CallOutcome";
import type { ToolContent } from "../../bindings/ToolContent";
import { writeJson } from "../../schema/exact";

const CHART =
  "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIzMjAiIGhlaWdodD0iMTQwIj48cmVjdCB3aWR0aD0iMzIwIiBoZWlnaHQ9IjE0MCIgZmlsbD0iI2ZmZiIvPjxnIGZpbGw9IiMyZjViZDgiPjxyZWN0IHg9IjIwIiB5PSI4MCIgd2lkdGg9IjQwIiBoZWlnaHQ9IjQwIi8+PHJlY3QgeD0iODAiIHk9IjQwIiB3aWR0aD0iNDAiIGhlaWdodD0iODAiLz48cmVjdCB4PSIxNDAiIHk9IjYwIiB3aWR0aD0iNDAiIGhlaWdodD0iNjAiLz48cmVjdCB4PSIyMDAiIHk9IjIwIiB3aWR0aD0iNDAiIGhlaWdodD0iMTAwIi8+PHJlY3QgeD0iMjYwIiB5PSI5MCIgd2lkdGg9IjQwIiBoZWlnaHQ9IjMwIi8+PC9nPjwvc3ZnPg==";

const SILENCE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";
const MARKDOWN = `# Three issues wait

They are **urgent**, and _old_. See [the board](https://linear.app/board "Board") or <https://example.com/all>.

1. \`ENG-7\`: the bridge sticks
2. \`ENG-9\`: the moat leaks &amp; smells
   - since Monday
   - [x] told the smith
   - [ ] told the king

> Nobody crosses without a word.

| Issue | Owner |
|-------|-------|
| ENG-7 | Ada   |
| ENG-9 | Grace |

\`\`\`sh
raise --bridge
\`\`\`

<script>alert("no")</script> <img src=x onerror=alert(1)> ![a map](https://example.com/map.png)`;
const ISSUES = Array.from({ length: 120 }, (_, at) => ({
  id: `ENG-${at + 1}`,
  title: at % 7 ? "The bridge sticks in the cold" : "A title that is rather longer than the others, and wraps",
  points: (at * 5) % 13,
  done: at % 3 === 0,
  owner: at % 4 ? "Ada" : null,
}));
const DEEP = {
  total: 3,
  next: null,
  teams: [
    { name: "Engine", members: ["Ada", "Grace"], limits: { day: 100, burst: { size: 5, seconds: 1.5 } } },
    { name: "Pane", members: [], limits: {} },
  ],
  log: Array.from({ length: 300 }, (_, at) => `line ${at + 1}`),
};
const LINES = Array.from({ length: 40_000 }, (_, at) => `${at + 1}  the bridge went ${at % 2 ? "down" : "up"}, and nobody crossed it`);

function outcome(content: ToolContent[], more: Partial<CallOutcome> = {}): CallOutcome {
  return { content, structured: null, isError: false, durationMillis: 84, ...more };
}

function other(json: unknown): ToolContent {
  return { type: "other", json: writeJson(json) };
}

/** What a pretended server answers. */
export async function answerOf(tool: string, args: unknown): Promise<CallOutcome> {
  switch (tool) {
    case "draw_chart":
      return outcome([
        { type: "text", text: "Issues of this week" },
        { type: "image", data: CHART, mimeType: "image/svg+xml" },
        { type: "link", uri: "https://linear.app/team/engine/charts/7", name: "The chart on the web", description: null, mimeType: null },
      ]);
    case "summary":
      return outcome([], { structured: JSON.stringify({ open: 23, closed: 41, byTeam: { Engine: 12, Pane: 8, Docs: 3 } }) });
    case "ids":
      return outcome([], { structured: '{"issues":[{"id":9007199254740993,"title":"A large one"},{"id":18446744073709551615,"title":"The largest"}]}' });
    case "markdown":
      return outcome([{ type: "text", text: MARKDOWN }]);
    case "table":
      return outcome([], { structured: JSON.stringify({ issues: ISSUES }) });
    case "tree":
      return outcome([{ type: "text", text: JSON.stringify(DEEP) }], { structured: JSON.stringify(DEEP) });
    case "long":
      return outcome([{ type: "text", text: LINES.join("\n") }]);
    case "sound":
      return outcome([
        { type: "text", text: "Three pieces." },
        { type: "audio", data: SILENCE, mimeType: "audio/wav" },
        {
          type: "link",
          uri: "file:///home/ada/notes/release.md",
          name: "The notes",
          description: "What was said of the release",
          mimeType: "text/markdown",
        },
        other({ type: "resource", resource: { uri: "notes://release", mimeType: "text/markdown", text: "# Release\n\nIt is **out**." } }),
        other({ type: "resource", resource: { uri: "notes://chart", mimeType: "image/svg+xml", blob: CHART } }),
        other({ type: "resource", resource: { uri: "notes://archive", mimeType: "application/zip", blob: CHART } }),
        other({ type: "resource", resource: { uri: "notes://unknown", blob: CHART } }),
        other({ type: "hologram", depth: 9007199254740993n }),
      ]);
    case "slow_report":
      await new Promise((resolve) => setTimeout(resolve, 30_000));
      return outcome([{ type: "text", text: "Done." }], { durationMillis: 30_012 });
    case "fails":
    case "always_fails":
      return outcome([{ type: "text", text: "Rate limit: try again in 60 seconds." }], { isError: true });
    case "needs_sign_in":
      throw {
        code: "reauth_required",
        message: "This server needs you to sign in again.",
        remedy: "Press Reconnect.",
      };
    default:
      return outcome([{ type: "text", text: writeJson({ tool, received: args }) }]);
  }
}
