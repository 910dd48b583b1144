import type { Activity } from "../../bindings/Activity";
import type { Deed } from "../../bindings/Deed";
import type { ServerView } from "../../bindings/ServerView";
import { entry, hour, openSteps, signInSteps, type Draft } from "./happenings";

/** What the pretended engine remembers of what happened. */
export class Diary {
  readonly #say: (entries: Activity[]) => void;
  readonly #known = new Map<string, Activity[]>();
  #count = 0;

  constructor(say: (entries: Activity[]) => void) {
    this.#say = say;
  }

  /** The newest first. */
  of(server: ServerView): Activity[] {
    return [...this.#all(server)].reverse();
  }

  /** A connection begins: its first step is under way. */
  begins(server: ServerView): void {
    const steps = server.auth === "oauth" ? signInSteps(server) : openSteps(server);
    const before = this.#all(server).at(-1);
    if (before?.outcome === "running") this.#tell(server, { ...before, outcome: "stopped", took: 900 });
    this.#tell(server, { ...steps[0]!, run: this.#id("run"), outcome: "running", took: null, asked: [], facts: [], decided: null });
  }

  /** What the server shows now is as far as its connection has come. */
  follows(server: ServerView): void {
    const all = this.#all(server);
    const running = all.at(-1);
    if (running?.outcome !== "running") return;
    const steps = running.signIn ? signInSteps(server) : openSteps(server);
    const until = reached(server);
    const from = steps.findIndex(({ what }) => what === running.what);
    const to = until === null ? steps.length : steps.findIndex(({ what }) => what === until);
    if (until === "stopped") return this.#tell(server, { ...running, outcome: "stopped", took: 900 });
    for (const step of steps.slice(from, Math.max(to, from))) {
      const same = step.what === running.what;
      this.#tell(server, { ...step, run: running.run, ...(same && { id: running.id, at: running.at }) });
    }
    const next = steps[to];
    if (next && to > from) this.#tell(server, { ...next, run: running.run, outcome: "running", took: null, asked: [], facts: [], decided: null });
  }

  #tell(server: ServerView, draft: Draft): void {
    const told = entry(server, { id: this.#id("later"), at: Date.now(), ...draft });
    const all = this.#all(server);
    const at = all.findIndex(({ id }) => id === told.id);
    if (at < 0) all.push(told);
    else all[at] = told;
    this.#say([told]);
  }

  #id(kind: string): string {
    return `${kind}-${String((this.#count += 1)).padStart(6, "0")}`;
  }

  #all(server: ServerView): Activity[] {
    const known = this.#known.get(server.id) ?? past(server);
    this.#known.set(server.id, known);
    return known;
  }
}

/** How far the connection of a server is: the step under way, or `null` at the end. */
function reached({ status }: ServerView): Deed | "stopped" | null {
  switch (status.kind) {
    case "finding_out":
      return "probe";
    case "waiting_for_you":
      return "callback";
    case "signing_in":
      return "token";
    case "connected":
      return null;
    default:
      return "stopped";
  }
}

/** What happened before the program was opened, the oldest first. */
function past(server: ServerView): Activity[] {
  const { id, status, authorization, connection } = server;
  const begun = Date.now() - 3 * hour;
  const added: Draft = { what: "added", at: begun - hour };
  const error = server.error ?? ("error" in connection ? connection.error : null);
  const drafts: Draft[] = [added];
  const steps = server.auth === "oauth" ? signInSteps(server) : openSteps(server);
  const run = `${id}-first`;
  const failing: Partial<Record<string, Deed>> = {
    registration_refused: "registration",
    issuer_mismatch: "server_metadata",
    pkce_unstated: "server_metadata",
    access_denied: "callback",
    unreachable: "session",
    key_refused: "session",
  };
  const end = error && failing[error.code];
  const upTo = end ? steps.findIndex(({ what }) => what === end) : until(server, steps);
  steps.slice(0, upTo).forEach((step, at) => drafts.push({ ...step, run, at: begun + at * 400 }));
  const last = steps[upTo];
  if (end && last) {
    const asked = last.asked?.map((exchange) => ({ ...exchange, status: status.kind === "cant_reach" ? null : 400 })) ?? [];
    drafts.push({ ...last, asked, run, at: begun + upTo * 400, outcome: "problem", decided: null, facts: [], problem: error });
    if (status.kind === "cant_reach") {
      drafts.push({
        what: "retry", run, at: begun + upTo * 400 + 40, outcome: "note", decided: "tried_later",
        facts: [{ name: "reason", value: error.code }, { name: "next_try", value: String(status.retryAt) }],
      });
    }
  } else if (last && authorization.state === "signing_in") {
    drafts.push({ ...last, run, at: authorization.since, outcome: "running", took: null, asked: [], facts: [], decided: null });
  }
  if (status.kind === "connected") drafts.push(...daily(server, begun));
  if (authorization.state === "reauth_required") {
    const problem = { code: "reauth_required", message: "The sign-in has ended.", remedy: "Reconnect, and sign in again." };
    drafts.push({ what: "reauth_required", at: authorization.at, outcome: "problem", decided: "person_needed", problem });
  }
  return drafts.map((draft, at) => entry(server, { id: `before-${String(at).padStart(3, "0")}`, ...draft }));
}

function until({ authorization, status }: ServerView, steps: Draft[]): number {
  const at = (deed: Deed) => steps.findIndex(({ what }) => what === deed);
  if (status.kind === "off" || authorization.state === "signed_out") return 0;
  if (authorization.state !== "signing_in") return steps.length;
  return at(({ finding_out: "resource_metadata", waiting_for_person: "callback", exchanging: "token" } as const)[authorization.step]);
}

/** An ordinary day with a server. */
function daily(server: ServerView, begun: number): Draft[] {
  const call = (tool: string, after: number, more: Partial<Draft> = {}): Draft => ({
    what: "call", at: begun + after, took: 210, facts: [{ name: "tool", value: tool }], ...more,
  });
  const issuer = new URL(server.url).origin;
  const late = {
    code: "timed_out",
    message: "The server did not answer in time.",
    remedy: "Try again, or raise the time limit in the server's settings.",
  };
  return [
    call("list_issues", 0.4 * hour),
    ...(server.auth === "oauth"
      ? [{
          what: "refresh" as const, at: begun + hour, took: 131, decided: "token_ends" as const,
          asked: [{ method: "POST", place: `${issuer}/token`, status: 200, took: 128 }],
          facts: [{ name: "lifetime" as const, value: "3600" }, { name: "renewable" as const, value: "yes" }],
        }]
      : []),
    call("search_everything", 1.2 * hour, { outcome: "problem", took: 30_000, problem: late }),
    { what: "tools_changed", at: begun + 1.6 * hour, took: 84, facts: [{ name: "tools", value: "8" }] },
    { what: "changed", at: begun + 2 * hour, facts: [{ name: "changed", value: "name timeout" }] },
    call("create_issue", 2.4 * hour),
  ];
}
