import type { ErrorView } from "../bindings/ErrorView";

/** How it stands with new versions of the app; the shell tells it whole each time. */
export interface UpdateStanding {
  /** Grows with each change. */
  revision: number;
  /** Of the app that runs. */
  version: string;
  /** Who replaces this copy: itself, a package manager, or whoever built it. */
  way: "itself" | "packages" | "hand";
  work: UpdateWork;
  /** The newer version that was found. */
  offer: { version: string; notes: string | null } | null;
  /** The person does not want to see it now. */
  putOff: boolean;
  /** When it was last found out, in seconds since 1970. */
  checkedAt: number | null;
  /** Why the last thing that was done went wrong. */
  error: ErrorView | null;
}

/**
 * `standing` changes nothing; when `install` ends well, the app begins anew; `cancel` takes back what waits or
 * comes in, and keeps the offer.
 */
export type UpdateCommand = "standing" | "check" | "put_off" | "install" | "cancel";

export type UpdateWork =
  | { kind: "idle" | "checking" | "installing" }
  /** It goes on when no sign-in is under way. */
  | { kind: "waiting" }
  | { kind: "downloading"; percent: number | null };
