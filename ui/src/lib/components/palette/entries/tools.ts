import type { ServerView } from "../../../bindings/ServerView";
import type { Pane } from "../../../state/pane.svelte";
import { t } from "../../../text/later";
import type { Entry } from "../entry";

/** The tools of a server, to try them, as far as they have been listed. */
export function toolEntries(pane: Pane, { id, name }: ServerView): Entry[] {
  return (pane.tools.shelf(id).tools ?? []).map((tool) => ({
    id: `try-${tool.name}`,
    label: t.tools.tryName(tool.name),
    note: name,
    ...(tool.title && { also: tool.title }),
    icon: "play",
    run: () => {
      pane.view.show(id, "tools");
      pane.view.startTrying(id, tool.name);
    },
  }));
}
