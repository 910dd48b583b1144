import type { Authorization } from "../../bindings/Authorization";
import type { ErrorView } from "../../bindings/ErrorView";
import type { ReauthReason } from "../../bindings/ReauthReason";
import type { ServerView } from "../../bindings/ServerView";
import type { SignInOptions } from "../../bindings/SignInOptions";
import type { SignInStep } from "../../bindings/SignInStep";
import type { Surface } from "../../bindings/Surface";

export type SignedIn = Extract<Authorization, { state: "signed_in" }>;

/** The parts of a view that move together. */
export type Phase = Pick<ServerView, "connection" | "status" | "action"> & Partial<ServerView>;

const MINUTE = 60_000;

/** What a server begins with: nothing is wished otherwise. */
export const plainSignIn: SignInOptions = {
  redirect: { kind: "auto" },
  authorizeParameters: [],
  issuer: { kind: "exact" },
  allowMissingPkce: false,
  omitResource: false,
    rememberPage: false,
  flow: "person",
};

export function makeServer(own: Pick<ServerView, "id" | "name" | "url"> & Phase): ServerView {
  return {
    revision: 1,
    host: new URL(own.url).host,
    description: "",
    enabled: true,
    timeoutSeconds: 30,
    auth: "oauth",
    headerNames: [],
    signIn: plainSignIn,
    acceptedIssuer: null,
    hasClientSecret: false,
    hasClientKey: false,
    portByHand: 23_456,
    redirectByHand: "dev.drawbridge.desktop:/oauth/callback",
    redirectUri: null,
    account: null,
    authorization: own.auth && own.auth !== "oauth" ? { state: "not_needed" } : { state: "signed_out" },
    error: null,
    ...own,
  };
}

/** By itself a grant of an earlier version, which does not know how it came about. */
export function signedIn(
  issuer: string,
  scopes: string[],
  left: number | null = 47 * MINUTE,
  known: Partial<SignedIn> = {},
): SignedIn {
  return {
    state: "signed_in",
    expiresAt: left === null ? null : Date.now() + left,
    scopes,
    issuer,
    renewable: true,
    needs: [],
    signedInAt: null,
    renewedAt: null,
    asked: null,
    ...known,
  };
}

export function signedOut(error: ErrorView | null = null): Phase {
  return {
    account: null,
    authorization: { state: "signed_out" },
    connection: { state: "idle" },
    status: { kind: "not_signed_in" },
    action: "connect",
    error,
  };
}

export function signingIn(step: SignInStep, since: number, surface: Surface = "popup"): Phase {
  const kinds = { finding_out: "finding_out", waiting_for_person: "waiting_for_you", exchanging: "signing_in" } as const;
  return {
    authorization: { state: "signing_in", step, since, surface },
    connection: { state: "idle" },
    status: { kind: kinds[step] },
    action: "cancel",
    error: null,
  };
}

export function connected(tools: number): Phase {
  return { connection: { state: "connected", tools }, status: { kind: "connected", tools }, action: null, error: null };
}

export function connecting(): Phase {
  return { connection: { state: "connecting" }, status: { kind: "connecting" }, action: "cancel", error: null };
}

export function signInAgain(reason: ReauthReason): Phase {
  return {
    authorization: { state: "reauth_required", reason, at: Date.now() - 130 * MINUTE },
    connection: { state: "idle" },
    status: { kind: "sign_in_again" },
    action: "reconnect",
  };
}

/** Signed in, and the server wants more than was granted. */
export function moreAccess(needs: string[]): Phase {
  return {
    authorization: { ...signedIn("https://mcp.example.com", ["read"]), needs },
    connection: { state: "idle" },
    status: { kind: "more_access_needed" },
    action: "review",
  };
}

export function cantReach(error: ErrorView, inMs: number): Phase {
  const at = Date.now() + inMs;
  return { connection: { state: "retrying", error, at }, status: { kind: "cant_reach", retryAt: at }, action: "retry_now" };
}

export function failed(error: ErrorView): Phase {
  return { connection: { state: "failed", error }, status: { kind: "failed" }, action: "details", error };
}
