import type { ErrorView } from "../../bindings/ErrorView";
import type { Preferences } from "../../bindings/Preferences";
import type { SetAside } from "../../bindings/SetAside";
import type { ServerView } from "../../bindings/ServerView";
import type { ToolView } from "../../bindings/ToolView";
import type { VaultView } from "../../bindings/VaultView";
import type { Surroundings } from "../backend";
import type { UpdateStanding } from "../update";
import { hour } from "./happenings";
import { someConfigs, type FakeConfig } from "./import";
import { daily, plainPreferences } from "./preferences";
import { cantReach, connected, connecting, failed, makeServer, moreAccess, plainSignIn, signedIn, signedOut, signInAgain, signingIn } from "./servers";
import { toolsToTry } from "./tools-to-try";
import { newVersion, notSigned, type FakeRelease } from "./updates";
import { manyTools, oddTools, sampleTools } from "./tools";

/** A world to begin in. */
export interface Scenario {
  servers: ServerView[];
  vault: VaultView;
  tools: (server: ServerView) => ToolView[];
  preferences?: Preferences;
  preferencesProblem?: ErrorView;
  setAside?: SetAside;
  surroundings?: Surroundings;
  startError?: ErrorView;
  loading?: boolean;
  /** Another process is at work on the same data. */
  busy?: boolean;
  /** A sign-in waits until somebody does something. */
  patient?: boolean;
  /** No browser can be opened. */
  noBrowser?: boolean;
  /** How it stands with new versions, and what is found. */
  updates?: Partial<UpdateStanding>;
  release?: FakeRelease;
  /** What other programs know. */
  configs?: FakeConfig[];
}

const timeout: ErrorView = {
  code: "unreachable",
  message: "The server cannot be reached: connection refused.",
  remedy: "Check the address and the network.",
};
const refused: ErrorView = {
  code: "registration_refused",
  message: "The authorization server https://www.figma.com refused to register Drawbridge: redirect_uris must use https.",
  remedy: "Register an app with the provider and enter its client id.",
};
const denied: ErrorView = {
  code: "access_denied",
  message: "The sign-in was declined.",
  remedy: "Sign in once more and allow access, or use another account.",
};
const otherIssuer: ErrorView = {
  code: "issuer_mismatch",
  message: "The authorization server https://hub.example.com says that it is \"https://login.example.net\".",
  remedy: "If you trust both, accept this issuer in the sign-in settings of the server.",
};
const noPkce: ErrorView = {
  code: "pkce_unstated",
  message: "The authorization server https://auth.example.com does not say whether it supports PKCE.",
  remedy: "If its provider says that it supports PKCE, allow that in the sign-in settings of the server.",
};
const keyRefused: ErrorView = {
  code: "key_refused",
  message: "The server refused the key in the headers.",
  remedy: "Put a new key into the headers, in the settings.",
};
const noKeychain: ErrorView = {
  code: "vault_absent",
  message: "There is no keychain on this computer that Drawbridge can use: no Secret Service answers.",
  remedy: "Start a keychain (on Linux a Secret Service such as GNOME Keyring or KWallet) and try again, or choose a key file.",
};

const lostKey: ErrorView = {
  code: "vault_lost_key",
  message: "The key that sealed the stored sign-ins is gone.",
  remedy: "Bring the key back from a backup of the keychain, or start with a new key and sign in again everywhere.",
};

const noCertificates: ErrorView = {
  code: "ca_file",
  message: "The certificates in /etc/ssl/company.pem cannot be read: No such file or directory (os error 2).",
  remedy: "Choose a PEM file that is there, in the preferences, or none.",
};

const linear = (): ServerView =>
  makeServer({
    id: "linear",
    name: "Linear",
    url: "https://mcp.linear.app/mcp",
    ...connected(8),
    authorization: signedIn("https://mcp.linear.app", ["read", "write", "issues:create"], undefined, {
      signedInAt: Date.now() - 3 * hour,
      renewedAt: Date.now() - 2 * hour,
      asked: ["read", "write", "issues:create"],
    }),
    redirectUri: "http://127.0.0.1:49152/callback",
    account: "ada@example.com",
  });

/** One server for each status there is. */
function everyStatus(): ServerView[] {
  const now = Date.now();
  return [
    linear(),
    makeServer({ id: "notion", name: "Notion", url: "https://mcp.notion.com/mcp", ...signInAgain("invalid_grant") }),
    makeServer({
      id: "sentry",
      name: "Sentry",
      url: "https://mcp.sentry.dev/mcp",
      ...signingIn("waiting_for_person", now - 41_000),
    }),
    makeServer({ id: "github", name: "GitHub (work)", url: "https://mcp.github.example/mcp", ...signedOut() }),
    makeServer({
      id: "atlassian",
      name: "Atlassian",
      url: "https://mcp.atlassian.com/v1/mcp",
      ...cantReach(timeout, 20_000),
      authorization: signedIn("https://auth.atlassian.com", ["read:jira"]),
      account: "Ada Lovelace",
    }),
    makeServer({
      id: "weather",
      name: "Weather (local)",
      url: "http://127.0.0.1:8787/mcp",
      auth: "none",
      ...connected(1),
    }),
    makeServer({ id: "figma", name: "Figma", url: "https://mcp.figma.com/mcp", ...failed(refused) }),
    makeServer({
      id: "search",
      name: "Company search",
      url: "https://search.example.com/mcp?team=engine",
      auth: "headers",
      headerNames: ["Authorization", "X-Team"],
      connection: { state: "failed", error: keyRefused },
      status: { kind: "key_refused" },
      action: "edit",
    }),
    makeServer({
      id: "old",
      name: "Old staging",
      url: "https://staging.example.com/mcp",
      enabled: false,
      connection: { state: "idle" },
      status: { kind: "off" },
      action: null,
    }),
    makeServer({ id: "asana", name: "Asana", url: "https://mcp.asana.com/mcp", ...signingIn("finding_out", now - 900) }),
    makeServer({ id: "stripe", name: "Stripe", url: "https://mcp.stripe.com", ...signingIn("exchanging", now - 9_000) }),
    makeServer({
      id: "vercel",
      name: "Vercel",
      url: "https://mcp.vercel.com",
      ...connecting(),
      authorization: signedIn("https://vercel.com", [], null),
    }),
    makeServer({
      id: "cloudflare",
      name: "Cloudflare",
      url: "https://docs.mcp.cloudflare.com/mcp",
      connection: { state: "idle" },
      status: { kind: "ready" },
      action: "connect",
      authorization: signedIn("https://dash.cloudflare.com", ["account:read"]),
    }),
    makeServer({ id: "canva", name: "Canva", url: "https://mcp.canva.com/mcp", ...signedOut(denied) }),
    makeServer({ id: "intercom", name: "Intercom", url: "https://mcp.intercom.com/mcp", ...signInAgain("expired") }),
  ];
}

/** Failures that a setting mends, one for each setting; and servers that are set up by hand. */
function mendable(): ServerView[] {
  return [
    makeServer({ id: "hub", name: "Hub", url: "https://hub.example.com/mcp", ...failed(otherIssuer) }),
    makeServer({ id: "plain", name: "Plain", url: "https://plain.example.com/mcp", ...failed(noPkce) }),
    makeServer({ id: "figma", name: "Figma", url: "https://mcp.figma.com/mcp", ...failed(refused) }),
    makeServer({
      id: "own",
      name: "Own client",
      url: "https://own.example.com/mcp",
      ...connected(3),
      authorization: signedIn("https://own.example.com", ["read"]),
      hasClientSecret: true,
      signIn: {
        ...plainSignIn,
        clientId: "drawbridge-42",
        redirect: { kind: "loopback", port: 8123 },
        scopes: ["read", "write"],
        authorizeParameters: [{ name: "audience", value: "tools" }],
      },
    }),
    makeServer({
      id: "robot",
      name: "Build robot",
      url: "https://robot.example.com/mcp",
      ...connected(5),
      authorization: signedIn("https://robot.example.com", ["build"]),
      hasClientKey: true,
      signIn: { ...plainSignIn, flow: "client_credentials", clientId: "robot-7" },
    }),
    makeServer({ id: "more", name: "More", url: "https://more.example.com/mcp", ...moreAccess(["issues:write", "files:read"]) }),
  ];
}

const long = "A server whose owner gave it a name that is far too long for any list, and then some more";

function longNames(): ServerView[] {
  const url = `https://a-subdomain.with-many-parts.and-a-very-long-name-in-it.example-company.internal.example.com/mcp/${"path/".repeat(20)}`;
  return [
    makeServer({
      id: "long",
      name: long,
      url,
      ...connected(1000),
      authorization: signedIn(url, Array.from({ length: 24 }, (_, at) => `scope:number-${at}:read-and-write`)),
      description: long,
    }),
    makeServer({ id: "long2", name: long.replaceAll(" ", ""), url, ...signInAgain("refused_without_reason") }),
    makeServer({ id: "cjk", name: "東京オフィスの社内検索サーバー", url: "https://search.example.jp/mcp", ...signedOut() }),
    makeServer({ id: "rtl", name: "خادم البحث", url: "https://search.example.ae/mcp", ...signedOut() }),
    makeServer({ id: "emoji", name: "🦆", url: "https://duck.example.com/mcp", ...cantReach(timeout, 3_500_000) }),
  ];
}

function crowd(count: number): ServerView[] {
  return Array.from({ length: count }, (_, at) =>
    makeServer({ id: `n${at}`, name: `Server ${at + 1}`, url: `https://n${at}.example.com/mcp`, ...connected(count) }),
  );
}

const keychain: VaultView = { state: "keychain" };
const world = (servers: ServerView[], more: Partial<Scenario> = {}): Scenario => ({
  servers,
  vault: keychain,
  tools: (server) => (server.authorization.state === "signed_out" ? [] : sampleTools),
  ...more,
});

export const scenarios: Record<string, () => Scenario> = {
  full: () => world(everyStatus()),
  one: () => world([linear()]),
  patient: () => world([makeServer({ id: "github", name: "GitHub", url: "https://mcp.github.example/mcp", ...signedOut() })], { patient: true }),
  mendable: () => world(mendable()),
  empty: () => world([]),
  first: () => world([], { configs: someConfigs }),
  import: () => world([linear()], { configs: someConfigs }),
  loading: () => world([], { loading: true }),
  error: () =>
    world([], {
      startError: {
        code: "database_newer",
        message: "The database was written by a newer Drawbridge.",
        remedy: "Install the newer version, or use another data folder.",
      },
    }),
  vault: () => world(everyStatus().slice(0, 4), { vault: { state: "unavailable", error: noKeychain } }),
  lost: () => world(everyStatus().slice(0, 4), { vault: { state: "unavailable", error: lostKey } }),
  file: () => world([linear()], { vault: { state: "file", path: "/home/ada/.local/share/dev.drawbridge.desktop/key" } }),
  nocerts: () =>
    world([linear()], {
      preferences: { ...plainPreferences, extraCaFile: "/etc/ssl/company.pem" },
      preferencesProblem: noCertificates,
    }),
  aside: () =>
    world([], {
      setAside: {
        path: "/home/ada/.local/share/dev.drawbridge.desktop/drawbridge-damaged-2026-11-24-031500.sqlite",
        at: Date.UTC(2026, 10, 24, 3, 15),
      },
    }),
  bare: () => world([linear()], { surroundings: { startAtLogin: null, tray: false } }),
  try: () => world([linear()], { tools: () => toolsToTry }),
  long: () => world(longNames(), { tools: () => oddTools }),
  thousand: () => world(crowd(1000), { tools: () => manyTools(1000) }),
  ask: () => world([linear()], { updates: { way: "itself" }, release: { found: newVersion } }),
  update: () => world(everyStatus(), { updates: { way: "itself", offer: newVersion, checkedAt: 1_795_600_000 }, preferences: daily, release: { found: newVersion } }),
  newest: () => world([linear()], { updates: { way: "itself", checkedAt: 1_795_600_000 }, preferences: daily }),
  unsigned: () =>
    world([linear()], { updates: { way: "itself", offer: newVersion }, preferences: daily, release: { found: newVersion, refused: notSigned } }),
  ten: () => world(crowd(10), { tools: () => manyTools(10) }),
};
