import type { ServerView } from "../bindings/ServerView";
import { said, t } from "../text";
import { countdown } from "../text/time";
import { failureWords } from "./failure";

/** How a status looks; the word beside the dot says the same. */
export type Tone = "ok" | "busy" | "warn" | "bad" | "quiet" | "off";

interface StatusLine {
  tone: Tone;
  /** For a row: under 24 characters. */
  short: string;
  /** For the detail, where there is room. */
  long: string;
}

/** What a server's status says at a moment. */
export function statusLine(server: ServerView, now: number): StatusLine {
  const { status } = server;
  switch (status.kind) {
    case "off":
      return line("off", t.status.off);
    case "not_signed_in":
      return line("quiet", t.status.notSignedIn);
    case "finding_out":
      return line("busy", t.status.findingOut);
    case "waiting_for_you":
      return waiting(server);
    case "signing_in":
      return line("busy", t.status.signingIn);
    case "connecting":
      return line("busy", t.status.connecting);
    case "connected":
      return line("ok", t.status.connected(status.tools));
    case "ready":
      return line("quiet", t.status.ready);
    case "sign_in_again":
      return line("warn", t.status.signInAgain);
    case "more_access_needed":
      return line("warn", t.status.moreAccessNeeded);
    case "cant_reach":
      return cantReach(status.retryAt - now);
    case "key_refused":
      return line("bad", t.status.keyRefused);
    case "failed":
      return line("bad", failed(server));
  }
}

/** Why the server is as it is: for the tooltip of a row. */
export function reason(server: ServerView): string | null {
  if (server.error) return said(server.error.message);
  const { authorization } = server;
  if (authorization.state === "reauth_required") return t.connection.reauth[authorization.reason];
  if (server.status.kind === "more_access_needed" && authorization.state === "signed_in") {
    return `${t.moreAccess.asks} ${authorization.needs.join(", ")}`;
  }
  if ("error" in server.connection) return said(server.connection.error.message);
  return null;
}

function line(tone: Tone, words: string): StatusLine {
  return { tone, short: words, long: words };
}

function waiting({ authorization }: ServerView): StatusLine {
  const elsewhere = authorization.state === "signing_in" && authorization.surface === "browser";
  if (!elsewhere) return line("busy", t.status.waitingForYou);
  return { tone: "busy", short: t.status.waitingInBrowser, long: t.status.waitingInBrowserLong };
}

function cantReach(left: number): StatusLine {
  if (left <= 0) return { tone: "warn", short: t.status.retrying, long: `${t.status.cantReach} · ${t.status.retrying}` };
  return { tone: "warn", short: t.status.cantReachShort(countdown(left)), long: t.status.cantReachLong(countdown(left)) };
}

function failed({ error, connection }: ServerView): string {
  const code = error?.code ?? ("error" in connection ? connection.error.code : "");
  return failureWords(code) ?? t.status.failed;
}
