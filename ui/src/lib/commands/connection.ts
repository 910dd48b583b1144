import type { ServerView } from "../bindings/ServerView";
import { clock } from "../state/clock.svelte";
import type { Command } from "./head";
import { isWaiting, patience, waitingSince } from "./patience";

export const handOver: Command = {
  can: waits,
  run: (pane, { id }) => pane.handOver(id),
};

export const copyLink: Command = {
  can: waits,
  run: (pane, { id }) => pane.ask(id, (backend) => backend.copyLink(id)),
};

export const registerAgain: Command = {
  can: (server) => !server.signIn.clientId && isLate(server),
  run: (pane, { id }) => pane.ask(id, (backend) => backend.registerAgain(id)),
};

/** Another session in the place of the one that is open; the sign-in stays as it is. */
export const reconnect: Command = {
  can: ({ status }) => status.kind === "connected",
  run: (pane, { id }) => pane.connect(id),
};

export const signInAgain: Command = {
  can: ({ authorization }) => authorization.state === "signed_in",
  run: (pane, { id }) => pane.ask(id, (backend) => backend.signInAgain(id)),
};

/** Asks first: what it ends does not come back. */
export const signOut: Command = {
  can: ({ authorization }) => authorization.state === "signed_in" || authorization.state === "reauth_required",
  run: async (pane, { id }) => {
    pane.view.askFarewell(id, "connection");
    return true;
  },
};

export const copyReport: Command = {
  can: () => true,
  run: (pane, { id }) => pane.ask(id, (backend) => backend.copyReport(id)),
};

/** Whether the person has been at the sign-in page for so long that something may be wrong with it. */
export function isLate({ id, authorization }: ServerView): boolean {
  if (authorization.state !== "signing_in" || !isWaiting(authorization)) return false;
  return clock.now - (waitingSince.get(id) ?? authorization.since) > patience;
}

function waits({ authorization }: ServerView): boolean {
  return isWaiting(authorization);
}
