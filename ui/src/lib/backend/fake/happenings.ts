import type { Activity } from "../../bindings/Activity";
import type { Deed } from "../../bindings/Deed";
import type { ServerView } from "../../bindings/ServerView";

export const hour = 3_600_000;

/** As much of an entry as is not plain. */
export type Draft = Partial<Omit<Activity, "id">> & { what: Deed; id?: string };

/** Steps of a sign-in have a run of their own, and everything else may have none. */
export function entry(server: ServerView, draft: Draft & { id: string }): Activity {
  const run = draft.run ?? null;
  return {
    server: server.id,
    run,
    signIn: run !== null && server.auth === "oauth",
    at: Date.now(),
    took: null,
    outcome: "ok",
    decided: null,
    facts: [],
    asked: [],
    problem: null,
    ...draft,
  };
}

/** All steps from the first look to the tools, as they go well. */
export function signInSteps(server: ServerView): Draft[] {
  const origin = new URL(server.url).origin;
  const place = new URL(server.url);
  const host = place.host;
  const asked = (method: string, at: string, status: number, took: number) => ({ method, place: at, status, took });
  return [
    { what: "probe", took: 96, decided: "asks_who_calls", asked: [asked("POST", `${origin}${place.pathname}`, 401, 92)] },
    {
      what: "challenge",
      decided: "challenge_names",
      facts: [
        { name: "metadata_at", value: `${origin}/.well-known/oauth-protected-resource` },
        { name: "asked", value: "read write" },
      ],
    },
    {
      what: "resource_metadata",
      took: 41,
      decided: "resource_found",
      asked: [asked("GET", `${origin}/.well-known/oauth-protected-resource`, 200, 38)],
      facts: [{ name: "issuer", value: origin }],
    },
    {
      what: "server_metadata",
      took: 57,
      decided: "metadata_found",
      asked: [asked("GET", `${origin}/.well-known/oauth-authorization-server`, 200, 55)],
      facts: [{ name: "issuer", value: origin }, { name: "sign_in_at", value: host }, { name: "tokens_from", value: host }],
    },
    {
      what: "registration",
      took: 118,
      decided: "client_registered",
      asked: [asked("POST", `${origin}/register`, 201, 112)],
      facts: [{ name: "auth_method", value: "none" }, { name: "redirect", value: "dev.drawbridge.desktop:/oauth/callback" }],
    },
    { what: "page", decided: "page_in_window", facts: [{ name: "asked", value: "read write issues:create" }] },
    { what: "callback", took: 14_200, decided: "answer_is_right", facts: [{ name: "issuer", value: origin }] },
    {
      what: "token",
      took: 143,
      asked: [asked("POST", `${origin}/token`, 200, 139)],
      facts: [{ name: "granted", value: "read write" }, { name: "lifetime", value: "3600" }, { name: "renewable", value: "yes" }],
    },
    ...openSteps(server),
  ];
}

/** What is left where nobody has to sign in. */
export function openSteps(server: ServerView): Draft[] {
  const { origin, pathname } = new URL(server.url);
  const asked = [{ method: "POST", place: `${origin}${pathname}`, status: 200, took: 78 }];
  return [
    { what: "session", took: 82, asked, facts: [{ name: "era", value: "modern" }] },
    { what: "tools", took: 64, asked, facts: [{ name: "tools", value: server.status.kind === "connected" ? String(server.status.tools) : "8" }] },
  ];
}
