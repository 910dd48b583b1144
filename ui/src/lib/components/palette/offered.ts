import type { Pane } from "../../state/pane.svelte";
import { t } from "../../text/later";
import { appEntries } from "./entries/app";
import { commandEntries } from "./entries/server";
import { serverEntries } from "./entries/servers";
import { toolEntries } from "./entries/tools";
import type { Entry } from "./entry";
import { found, MOST } from "./find";

/** Entries that stand together; the best matches have no heading. */
interface Section {
  title: string | null;
  entries: Entry[];
}

export interface Offered {
  sections: Section[];
  /** How many there are, shown or not. */
  all: number;
}

/** All that the pane offers now, and what of it a query finds. */
export function offered(pane: Pane, query: string, onsearch: () => void): Offered {
  const { selected: server } = pane;
  const commands = server ? commandEntries(pane, server) : [];
  const app = appEntries(pane, onsearch);
  const servers = serverEntries(pane.servers, pane.view);
  if (query.trim()) {
    const tools = server ? toolEntries(pane, server) : [];
    const matches = found([...commands, ...app, ...servers, ...tools], query);
    return { sections: [{ title: null, entries: matches.slice(0, MOST) }], all: matches.length };
  }
  const room = Math.max(0, MOST - commands.length - app.length);
  const sections = [
    { title: server && t.palette.groups.server(server.name), entries: commands },
    { title: t.palette.groups.app, entries: app },
    { title: t.palette.groups.servers, entries: servers.slice(0, room) },
  ];
  return {
    sections: sections.filter(({ entries }) => entries.length),
    all: commands.length + app.length + servers.length,
  };
}
