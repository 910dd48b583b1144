/** Public servers that a first-time visitor is likely to have an account with. */
export const knownServers = [
  { name: "Linear", url: "https://mcp.linear.app/mcp" },
  { name: "Notion", url: "https://mcp.notion.com/mcp" },
  { name: "Sentry", url: "https://mcp.sentry.dev/mcp" },
  { name: "Atlassian", url: "https://mcp.atlassian.com/v1/mcp" },
];
