import type { Words } from "../text";
import servers from "./servers.json";

/** A well-known public server. */
export interface KnownServer {
  id: string;
  name: string;
  url: string;
  /** What its provider says of it. */
  docs: string;
  /** The ways it lets people in, the best first. `oauth` takes any app, `oauth-client` those that were registered by hand. */
  signIn: ("oauth" | "oauth-client" | "key" | "none")[];
  does: Words;
  /** Where a key goes, and what it looks like. */
  header?: { name: string; example: string };
  /** What to know before. */
  limit?: Words;
  /** Where the provider gives out client ids. */
  clientAt?: string;
}

export const knownServers = servers as KnownServer[];

/** Those that a query means; it may be a part of a name, of an address or of what they do. */
export function matching(query: string): KnownServer[] {
  const wanted = query.trim().toLowerCase();
  const begins = ({ name }: KnownServer) => name.toLowerCase().startsWith(wanted);
  const found = knownServers.filter(({ name, url, does }) =>
    `${name} ${new URL(url).host} ${does.en} ${does.de}`.toLowerCase().includes(wanted),
  );
  return [...found.filter(begins), ...found.filter((known) => !begins(known))];
}

/** The one at an address, however it is written. */
export function knownAt(address: string): KnownServer | null {
  return byAddress.get(plain(address)) ?? null;
}

const byAddress = new Map(knownServers.map((known) => [plain(known.url), known]));

function plain(address: string): string {
  if (!URL.canParse(address.trim())) return "";
  const { origin, pathname, search } = new URL(address.trim());
  return origin + pathname.replace(/\/$/, "") + search;
}
