import type { Pane } from "../../../state/pane.svelte";
import { t } from "../../../text/later";
import type { Entry } from "../entry";

/** What can be done with the whole pane. */
export function appEntries(pane: Pane, onsearch: () => void): Entry[] {
  const { view, needingYou, servers } = pane;
  const words = t.palette.app;
  return [
    ...(needingYou.length > 1
      ? [{ id: "reconnect-all", label: t.needsYou.reconnectAll, icon: "refresh" as const, note: t.needsYou.many(needingYou.length), run: () => pane.reconnectAll() }]
      : []),
    { id: "add", label: t.list.add, also: t.add.title, icon: "plus", shortcut: "add", run: () => view.openAdd() },
    { id: "browse", label: words.browse, also: t.catalogue.registry, icon: "plus", run: () => view.openAdd() },
    { id: "import", label: t.welcome.import, also: t.import.title, icon: "down", run: () => view.openImport() },
    ...(servers.length
      ? [{ id: "search", label: t.list.search, icon: "search" as const, shortcut: "search" as const, run: onsearch }]
      : []),
    { id: "preferences", label: t.preferring.title, icon: "sliders", shortcut: "preferences", run: () => (view.preferring = true) },
    { id: "shortcuts", label: t.shortcuts.title, icon: "command", shortcut: "sheet", run: () => (view.overlay = "shortcuts") },
    { id: "quit", label: words.quit, icon: "close", shortcut: "quit", run: () => pane.backend.quit() },
  ];
}
