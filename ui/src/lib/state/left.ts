import { isWaiting } from "../commands/patience";
import type { ServerView } from "../bindings/ServerView";

/**
 * Whether a sign-in ended because nobody finished it: its window was closed, or it waited too long.
 * A sign-in that failed says so itself.
 */
export function wasLeft(before: ServerView, now: ServerView): boolean {
  const { authorization: old } = before;
  const failed = now.error !== null || now.connection.state === "failed";
  return isWaiting(old) && !failed && now.enabled && ["signed_out", "reauth_required", "signed_in"].includes(now.authorization.state);
}

/** Whether a server lets the person in now and did not before, so that nothing is left to finish. */
export function isIn(before: ServerView, { authorization: { state } }: ServerView): boolean {
  return state !== before.authorization.state && (state === "signed_in" || state === "not_needed");
}
