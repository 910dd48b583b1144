import type { ServerView } from "../../../bindings/ServerView";
import type { View } from "../../../state/view.svelte";
import type { Entry } from "../entry";

/** The servers, to open them. */
export function serverEntries(servers: readonly ServerView[], view: View): Entry[] {
  return servers.map((server) => ({
    id: `open-${server.id}`,
    label: server.name,
    note: server.host,
    server,
    run: () => view.lead(server.id, null),
  }));
}
