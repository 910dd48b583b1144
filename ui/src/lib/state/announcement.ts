import type { ServerView } from "../bindings/ServerView";
import { statusLine } from "../status/line";
import { t } from "../text";

type Kind = ServerView["status"]["kind"];

/** Statuses worth interrupting for; the steps between are on the screen for whoever looks. */
const spoken: ReadonlySet<Kind> = new Set(["connected", "waiting_for_you", "sign_in_again", "more_access_needed", "key_refused", "failed"]);

export const announcementFor = {
  /** What to say about a change, or nothing; a countdown or a tool more is not worth a word. */
  change(before: ServerView | undefined, after: ServerView): string | null {
    if (before?.status.kind === after.status.kind || !spoken.has(after.status.kind)) return null;
    return t.announce.status(after.name, statusLine(after, 0).long);
  },
  removed: (server: ServerView): string => t.announce.removed(server.name),
};
