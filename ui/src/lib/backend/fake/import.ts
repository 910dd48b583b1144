import type { ErrorView } from "../../bindings/ErrorView";
import type { FoundConfig } from "../../bindings/FoundConfig";
import type { ImportEntry } from "../../bindings/ImportEntry";
import type { ImportOutcome } from "../../bindings/ImportOutcome";
import type { ImportPick } from "../../bindings/ImportPick";
import type { ImportPreview } from "../../bindings/ImportPreview";
import type { ImportResult } from "../../bindings/ImportResult";
import type { ImportSource } from "../../bindings/ImportSource";
import type { NewServer } from "../../bindings/NewServer";

type Written = { url?: string; command?: string; headers?: Record<string, string> };
const KEY = /auth|key|token/i;

const notJson: ErrorView = {
  code: "import_not_json",
  message: "This is no JSON (line 1, column 2): Unexpected token.",
  remedy: "Mend the text there, or copy it again as a whole.",
};
const noServers: ErrorView = {
  code: "import_no_servers",
  message: "The text lists no servers.",
  remedy: "Give the settings file of the other program, or the part with \"mcpServers\".",
};

/** Reads `mcpServers`, and nothing of what the engine reads beside it. */
export function entriesOf(text: string, existing: (url: string) => string | null): ImportEntry[] {
  let read: { mcpServers?: Record<string, Written> };
  try {
    read = JSON.parse(text) as typeof read;
  } catch {
    throw notJson;
  }
  const servers = Object.entries(read.mcpServers ?? {});
  if (servers.length === 0) throw noServers;
  return servers.map(([name, { url, command, headers = {} }]): ImportEntry => {
    if (!url) {
      const message = command ? `It runs a program on this computer (${command}).` : "It names no address.";
      return { kind: "skipped", name, reason: { code: command ? "runs_here" : "no_address", message, remedy: null } };
    }
    const headerNames = Object.keys(headers).map((header) => header.toLowerCase());
    const needsValue = headerNames.filter((_, at) => Object.values(headers)[at]!.includes("${"));
    const warnings = needsValue.map((header) => ({
      code: "header_needs_value",
      message: `The header ${header} needs a value.`,
      remedy: "Fill it in in the settings of the server.",
    }));
    const auth = headerNames.some((header) => KEY.test(header)) ? "headers" : null;
    return { kind: "ready", name, url, auth, enabled: true, headerNames, needsValue, existing: existing(url), warnings };
  });
}

const list = (servers: Record<string, Written>) => JSON.stringify({ mcpServers: servers });

/** What the programs of a pretended computer keep. */
export interface FakeConfig {
  id: string;
  client: string;
  path: string;
  text: string;
}

export const someConfigs: FakeConfig[] = [
  {
    id: "claude-desktop",
    client: "Claude Desktop",
    path: "~/.config/Claude/claude_desktop_config.json",
    text: list({
      files: { command: "npx" },
      git: { command: "uvx" },
      tickets: { url: "https://tickets.example.com/mcp" },
    }),
  },
  {
    id: "cursor",
    client: "Cursor",
    path: "~/.cursor/mcp.json",
    text: list({
      Tickets: { url: "https://tickets.example.com/mcp" },
      "Company search": { url: "https://key.example.com/mcp", headers: { Authorization: "Bearer s3cret", "X-Team": "blue" } },
      "A wiki whose owner gave it a name that is far too long for any table": {
        url: `https://wiki.example.com/${"a-very-long-path/".repeat(6)}mcp`,
        headers: { "X-Api-Key": "${WIKI_KEY}" },
      },
      Gone: { url: "https://refused.example.com/mcp" },
    }),
  },
  { id: "zed", client: "Zed", path: "~/.config/zed/settings.json", text: "{ oops" },
];

/** Where servers go. */
interface List {
  readonly log: string[];
  add(server: NewServer): Promise<{ id: string }>;
}

/** How long a look takes, in milliseconds. */
const LOOK = 350;

/** Takes servers over from other programs. */
export class OtherPrograms {
  readonly #list: List;
  readonly #configs: () => FakeConfig[];
  readonly #named: (url: string) => string | null;

  constructor(list: List, configs: () => FakeConfig[], named: (url: string) => string | null) {
    this.#list = list;
    this.#configs = configs;
    this.#named = named;
  }

  async findConfigs(): Promise<FoundConfig[]> {
    this.#list.log.push("find_configs");
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    return this.#configs().map(({ text, ...head }) => {
      try {
        return { ...head, entries: entriesOf(text, this.#named), problem: null };
      } catch (problem) {
        return { ...head, entries: [], problem: problem as ErrorView };
      }
    });
  }

  async previewImport(text: string): Promise<ImportPreview> {
    this.#list.log.push("preview_import");
    return { entries: entriesOf(text, this.#named) };
  }

  async importPicked(source: ImportSource, picks: ImportPick[]): Promise<ImportOutcome> {
    this.#list.log.push(`import ${picks.map(({ name }) => name).join(", ")}`);
    const text = source.kind === "text" ? source.text : this.#configs().find(({ id }) => id === source.config)!.text;
    const entries = entriesOf(text, this.#named);
    await new Promise((resolve) => setTimeout(resolve, 2 * LOOK));
    return { entries: await Promise.all(picks.map(({ at }) => this.#import(entries[at]!))) };
  }

  async #import(entry: ImportEntry): Promise<ImportResult> {
    if (entry.kind === "skipped") return entry;
    const { name, url, needsValue, warnings } = entry;
    if (url.includes("refused")) return { kind: "refused", name, error: full };
    const headers = entry.headerNames.map((header) => ({ name: header, value: "x" }));
    const { id } = await this.#list.add({ name, url, auth: entry.auth ?? "oauth", headers });
    return { kind: "added", name, server: id, needsValue, warnings };
  }
}

const full: ErrorView = { code: "disk_full", message: "There is no room on the disk to store this.", remedy: "Make room on the disk, then try again." };
