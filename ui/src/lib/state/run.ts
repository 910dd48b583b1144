import type { CallOutcome } from "../bindings/CallOutcome";
import type { ErrorView } from "../bindings/ErrorView";

/** How a run ended. */
export type Ending = { outcome: CallOutcome } | { error: ErrorView } | { cancelled: true };

/** One run of a tool that has ended. */
export interface Run {
  /** Its own name, different from every other. */
  call: string;
  /** The arguments, as they were written. */
  text: string;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  /** How long it took, as seen from here. */
  millis: number;
  ending: Ending;
}

/** Whether it did not do what it was asked to. */
export function hasFailed({ ending }: Run): boolean {
  return "error" in ending || ("outcome" in ending && ending.outcome.isError);
}
