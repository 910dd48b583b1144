import type { Words } from "../../text";

/** A server that a first-time visitor is likely to have an account with, and that lets anybody register. */
interface Tile {
  id: string;
  name: string;
  url: string;
  does: Words;
}

/** Out of the catalogue, which is larger than a first picture may be. */
export const tiles: Tile[] = [
  {
    id: "linear",
    name: "Linear",
    url: "https://mcp.linear.app/mcp",
    does: { en: "Issues, projects and cycles", de: "Vorgänge, Projekte und Zyklen" },
  },
  {
    id: "notion",
    name: "Notion",
    url: "https://mcp.notion.com/mcp",
    does: { en: "Pages and databases", de: "Seiten und Datenbanken" },
  },
  {
    id: "sentry",
    name: "Sentry",
    url: "https://mcp.sentry.dev/mcp",
    does: { en: "Errors, traces and releases", de: "Fehler, Traces und Releases" },
  },
  {
    id: "atlassian",
    name: "Atlassian",
    url: "https://mcp.atlassian.com/v1/mcp",
    does: { en: "Jira and Confluence", de: "Jira und Confluence" },
  },
  {
    id: "stripe",
    name: "Stripe",
    url: "https://mcp.stripe.com",
    does: { en: "Payments, customers and invoices", de: "Zahlungen und Rechnungen" },
  },
  {
    id: "deepwiki",
    name: "DeepWiki",
    url: "https://mcp.deepwiki.com/mcp",
    does: { en: "Answers about GitHub repositories", de: "Auskunft zu GitHub-Repositories" },
  },
];
