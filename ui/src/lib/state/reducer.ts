import type { ErrorView } from "../bindings/ErrorView";
import type { Event } from "../bindings/Event";
import type { Preferences } from "../bindings/Preferences";
import type { QuestionView } from "../bindings/QuestionView";
import type { ServerView } from "../bindings/ServerView";
import type { SetAside } from "../bindings/SetAside";
import type { Snapshot } from "../bindings/Snapshot";
import type { VaultView } from "../bindings/VaultView";

/** What the engine has told us so far. Never changed in place. */
export interface Known {
  readonly servers: readonly ServerView[];
  /** The ids in the order that was told after the last snapshot, if one was. */
  readonly order: readonly string[] | null;
  /** Revisions at which servers went away, so that a late event cannot bring one back. */
  readonly removed: ReadonlyMap<string, number>;
  readonly vault: VaultView | null;
  readonly redirectUri: string;
  readonly preferences: Preferences | null;
  /** Why they are not all in force. */
  readonly preferencesProblem: ErrorView | null;
  /** A damaged list, until the person has seen where it is kept. */
  readonly setAside: SetAside | null;
  /** What servers ask the person; the first that was asked comes first. */
  readonly questions: readonly QuestionView[];
  /** Ids of those that are over, so that a late snapshot cannot ask one again. */
  readonly ended: ReadonlySet<string>;
}

export const nothing: Known = {
  servers: [],
  order: null,
  removed: new Map(),
  vault: null,
  redirectUri: "",
  preferences: null,
  preferencesProblem: null,
  setAside: null,
  questions: [],
  ended: new Set(),
};

/** A late event never overwrites a newer one. */
export function heard(known: Known, event: Event): Known {
  switch (event.type) {
    case "server_changed":
      return withServer(known, event.server);
    case "server_removed":
      return withoutServer(known, event.id, event.revision);
    case "order_changed":
      return ordered(known, event.order);
    case "vault_changed":
      return { ...known, vault: event.vault };
    case "preferences_changed":
      return { ...known, preferences: event.preferences, preferencesProblem: event.problem ?? null };
    case "question_asked":
      return { ...known, questions: asked(known.questions, [event.question]) };
    case "question_ended":
      return { ...known, questions: known.questions.filter(({ id }) => id !== event.id), ended: new Set([...known.ended, event.id]) };
    case "activity":
    case "call_progress":
    case "tools_changed":
    case "reauth_required":
    case "more_access_needed":
      return known;
  }
}

/** What was told after `before`: all that may outlive a snapshot that was asked for then. */
export function since(before: Known, now: Known): Known {
  return {
    ...now,
    servers: now.servers.filter((server) => !before.servers.includes(server)),
    order: now.order === before.order ? null : now.order,
    vault: now.vault === before.vault ? null : now.vault,
    preferences: now.preferences === before.preferences ? null : now.preferences,
    questions: now.questions.filter((question) => !before.questions.includes(question)),
  };
}

/** The snapshot gives the order; whatever an event told since then is newer and stays. */
export function loaded(known: Known, snapshot: Snapshot): Known {
  const listed = snapshot.servers.filter((server) => !isGone(known, server));
  const base: Known = {
    servers: listed,
    order: null,
    removed: known.removed,
    vault: known.vault ?? snapshot.vault,
    redirectUri: snapshot.redirectUri,
    preferences: known.preferences ?? snapshot.preferences,
    preferencesProblem: known.preferences ? known.preferencesProblem : (snapshot.preferencesProblem ?? null),
    setAside: snapshot.setAside ?? null,
    questions: asked((snapshot.questions ?? []).filter(({ id }) => !known.ended.has(id)), known.questions),
    ended: known.ended,
  };
  const all = known.servers.reduce(withServer, base);
  return known.order ? ordered(all, known.order) : all;
}

/** The servers in that order; one that it does not name comes after those that it does. */
export function ordered(known: Known, order: readonly string[]): Known {
  const places = new Map(order.map((id, at) => [id, at]));
  const place = ({ id }: ServerView) => places.get(id) ?? order.length;
  return { ...known, order, servers: known.servers.toSorted((one, other) => place(one) - place(other)) };
}

export function withServer(known: Known, server: ServerView): Known {
  if (isGone(known, server)) return known;
  const at = known.servers.findIndex(({ id }) => id === server.id);
  if (at < 0) return { ...known, servers: [...known.servers, server] };
  if (known.servers[at]!.revision >= server.revision) return known;
  return { ...known, servers: known.servers.map((old, index) => (index === at ? server : old)) };
}

function asked(before: readonly QuestionView[], more: readonly QuestionView[]): QuestionView[] {
  return [...before.filter(({ id }) => more.every((question) => question.id !== id)), ...more];
}

function withoutServer(known: Known, id: string, revision: number): Known {
  const newer = known.servers.some((server) => server.id === id && server.revision > revision);
  if (newer) return known;
  const removed = new Map(known.removed).set(id, Math.max(revision, known.removed.get(id) ?? 0));
  return { ...known, removed, servers: known.servers.filter((server) => server.id !== id) };
}

function isGone(known: Known, { id, revision }: ServerView): boolean {
  const at = known.removed.get(id);
  return at !== undefined && revision <= at;
}
