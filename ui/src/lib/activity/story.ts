import type { Activity } from "../bindings/Activity";
import type { Deed } from "../bindings/Deed";

type Entries = readonly Activity[];

/** The steps of the last connection, in their order; of the last sign-in, if `signIn` is set. */
export function lastRun(entries: Entries, signIn = false): Activity[] {
  const run = entries.find((entry) => entry.run !== null && (!signIn || entry.signIn))?.run;
  return run ? entries.filter((entry) => entry.run === run).reverse() : [];
}

export const filters = ["all", "sign_in", "calls", "trouble"] as const;
export type Filter = (typeof filters)[number];

const signInDeeds: readonly Deed[] = ["refresh", "reauth_required", "more_access", "signed_out", "revocation"];

export function matching(entries: Entries, filter: Filter): Entries {
  switch (filter) {
    case "all":
      return entries;
    case "sign_in":
      return entries.filter(({ signIn, what }) => signIn || signInDeeds.includes(what));
    case "calls":
      return entries.filter(({ what }) => what === "call");
    case "trouble":
      return entries.filter(({ outcome, what }) => outcome === "problem" || what === "retry");
  }
}

/** Entries by day, by the calendar of this computer; a clock that was put back leads to a day once more. */
export function byDay(entries: Entries): { day: number; entries: Activity[] }[] {
  const days = new Map<number, Activity[]>();
  for (const entry of entries) {
    const day = new Date(entry.at).setHours(0, 0, 0, 0);
    if (days.get(day)?.push(entry) === undefined) days.set(day, [entry]);
  }
  return [...days].map(([day, those]) => ({ day, entries: those }));
}
