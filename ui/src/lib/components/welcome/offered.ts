import type { FoundConfig } from "../../bindings/FoundConfig";

/** What the programs of this computer could bring. */
export interface Offered {
  servers: number;
  /** “Claude Desktop and Cursor” */
  programs: string;
}

/** Nothing, where no program knows a server with an address. */
export function offered(configs: FoundConfig[]): Offered | null {
  const urls = new Set<string>();
  const programs = new Set<string>();
  for (const { client, entries } of configs) {
    for (const entry of entries) {
      if (entry.kind !== "ready") continue;
      urls.add(entry.url);
      programs.add(client);
    }
  }
  if (urls.size === 0) return null;
  const list = new Intl.ListFormat(document.documentElement.lang || "en");
  return { servers: urls.size, programs: list.format(programs) };
}
