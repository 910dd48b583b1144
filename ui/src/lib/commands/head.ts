import type { ServerView } from "../bindings/ServerView";
import type { Pane } from "../state/pane.svelte";
import { t } from "../text";

/** What can be done with a server, and when: the same for a button and for the palette. */
export interface Command {
  can: (server: ServerView) => boolean;
  run: (pane: Pane, server: ServerView) => Promise<boolean>;
}

/** What a button says that begins again with a server that failed: as its failure says it. */
export function again({ authorization }: ServerView): string {
  return authorization.state === "signed_out" ? t.action.connect : t.app.tryAgain;
}

export const showWindow: Command = {
  can: ({ status, authorization }) =>
    status.kind === "waiting_for_you" && authorization.state === "signing_in" && authorization.surface === "popup",
  run: (pane, { id }) => pane.ask(id, (backend) => backend.showWindow(id)),
};

export const turnOn: Command = {
  can: ({ enabled }) => !enabled,
  run: (pane, { id }) => pane.ask(id, () => pane.change(id, { enabled: true })),
};

export const turnOff: Command = {
  can: ({ enabled }) => enabled,
  run: (pane, { id }) => pane.ask(id, () => pane.change(id, { enabled: false })),
};
