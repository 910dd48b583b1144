import type { Activity } from "../bindings/Activity";
import type { DeedOutcome } from "../bindings/DeedOutcome";
import type { Fact } from "../bindings/Fact";
import { failureWords } from "../status/failure";
import type { Tone } from "../status/line";
import { t } from "../text/later";
import { timeOfDay } from "../text/moment";
import { countdown, span } from "../text/time";

/** How an outcome is drawn; its word is always beside it. */
export const tones: Record<DeedOutcome, Tone> = {
  running: "busy",
  ok: "ok",
  note: "warn",
  problem: "bad",
  skipped: "quiet",
  stopped: "off",
};

/** A fact as a person reads it; what is an address or a name stays as it is. */
export function valueOf({ name, value }: Fact, now: number): string {
  switch (name) {
    case "lifetime":
      return span(Number(value) * 1000);
    case "next_try":
      return Number(value) > now ? t.facts.in(countdown(Number(value) - now)) : timeOfDay(Number(value));
    case "renewable":
      return value === "yes" ? t.activity.yes : t.activity.no;
    case "era":
      return t.activity.eras[value] ?? value;
    case "reason":
      // What a challenge gives as its reason is a word of the server.
      return failureWords(value) ?? value;
    case "changed":
      return value.split(" ").map((name) => t.activity.changed[name] ?? name).join(", ");
    default:
      return value;
  }
}

/** What of an entry stands beside its name. */
export function aside({ what, facts }: Activity): string {
  const name = ({ call: "tool", changed: "changed", tools: "tools" } as const)[what as "call"];
  const fact = facts.find((one) => one.name === name);
  return fact ? valueOf(fact, 0) : "";
}
