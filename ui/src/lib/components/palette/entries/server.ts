import { tick } from "svelte";
import type { ServerView } from "../../../bindings/ServerView";
import { copyLink, copyReport, handOver, reconnect, registerAgain, signInAgain, signOut } from "../../../commands/connection";
import { again, showWindow, turnOff, turnOn, type Command } from "../../../commands/head";
import type { Pane } from "../../../state/pane.svelte";
import type { Tab } from "../../../state/view.svelte";
import { t } from "../../../text/later";
import { copyText } from "../../common/copy";
import type { IconName } from "../../common/Icon.svelte";
import type { Entry } from "../entry";

type Offer = Omit<Entry, "note">;

/** What can be done with a server just now. */
export function commandEntries(pane: Pane, server: ServerView): Entry[] {
  const offers = [
    offer("show-window", t.action.showWindow, "play", showWindow),
    mainAction(),
    offer("hand-over", handOverLabel(server), "link", handOver),
    copying("copy-link", t.connection.copyLink, t.connection.linkCopied, copyLink),
    offer("register-again", t.connection.registerAgain, "refresh", registerAgain),
    ...(["tools", "connection", "activity", "settings"] as const).map(openTab),
    offer("reconnect", t.facts.reconnect, "refresh", reconnect),
    offer("sign-in-again", t.connection.signInAgain, "refresh", signInAgain),
    offer("sign-out", t.connection.signOut, "key", signOut),
    refreshTools(),
    { id: "copy-address", label: t.palette.copyAddress, icon: "copy", run: copyAddress },
    copying("copy-report", t.activity.copyReport, t.activity.copied, copyReport),
    moved("up"),
    moved("down"),
    offer("turn-on", t.action.turnOn, "check", turnOn),
    offer("turn-off", t.palette.turnOff, "close", turnOff),
    { id: "remove", label: t.settings.remove, icon: "close", run: () => pane.view.askFarewell(server.id, "settings") },
  ] satisfies (Offer | null)[];
  return offers.filter((one): one is Offer => one !== null).map((one) => ({ ...one, note: server.name }));

  function offer(id: string, label: string, icon: IconName, command: Command): Offer | null {
    return command.can(server) ? { id, label, icon, run: () => command.run(pane, server) } : null;
  }

  function copying(id: string, label: string, done: string, { can, run }: Command): Offer | null {
    return offer(id, label, "copy", { can, run: (...it) => run(...it).then((well) => said(well, done)) });
  }

  async function copyAddress() {
    said(await copyText(server.url), t.palette.addressCopied);
  }

  function said(well: boolean, done: string): boolean {
    if (well) pane.view.said = done;
    return well;
  }

  /** What its row and its head offer. */
  function mainAction(): Offer | null {
    if (server.action === null) return null;
    if (server.action === "details") {
      return { id: "act", label: again(server), icon: "refresh", run: () => pane.connect(server.id) };
    }
    const label = server.action === "edit" ? t.connection.edit : t.action[server.action];
    return { id: "act", label, icon: server.action === "cancel" ? "stop" : "link", run: () => pane.act(server) };
  }

  function refreshTools(): Offer | null {
    if (server.status.kind !== "connected") return null;
    return { id: "refresh-tools", label: t.palette.refreshTools, icon: "refresh", run: () => pane.tools.refresh(server.id) };
  }

  function openTab(tab: Tab): Offer {
    return {
      id: `tab-${tab}`,
      label: t.palette.tab(t.tabs[tab]),
      icon: tab === "settings" ? "sliders" : "forward",
      run: async () => {
        pane.view.show(server.id, null);
        pane.view.chooseTab(server.id, tab);
        await tick();
        document.getElementById(`tab-${tab}`)?.focus();
      },
    };
  }

  function moved(way: "up" | "down"): Offer | null {
    const at = pane.servers.findIndex(({ id }) => id === server.id);
    const to = way === "up" ? at - 1 : at + 1;
    if (!pane.servers[to]) return null;
    const up = way === "up";
    return {
      id: up ? "move-up" : "move-down",
      label: up ? t.palette.moveUp : t.palette.moveDown,
      icon: way,
      shortcut: up ? "moveUp" : "moveDown",
      run: () => pane.move(server, to),
    };
  }
}

function handOverLabel({ authorization }: ServerView): string {
  return authorization.state === "signing_in" ? t.connection.openInBrowser[authorization.surface] : "";
}
