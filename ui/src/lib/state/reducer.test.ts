import { describe, expect, it } from "vitest";
import { plainPreferences } from "../backend/fake/preferences";
import { makeQuestion, table } from "../backend/fake/questions";
import { connected, makeServer, signedOut } from "../backend/fake/servers";
import type { QuestionView } from "../bindings/QuestionView";
import type { ServerView } from "../bindings/ServerView";
import { heard, loaded, nothing, since, type Known } from "./reducer";

const vault = { state: "keychain" } as const;
const server = (id: string, revision: number, name = id): ServerView => ({
  ...makeServer({ id, name, url: `https://${id}.example.com/mcp`, ...signedOut() }),
  revision,
});
const changed = (view: ServerView) => ({ type: "server_changed", server: view }) as const;
const removed = (id: string, revision: number) => ({ type: "server_removed", id, revision }) as const;
const snapshot = (...servers: ServerView[]) => ({ servers, vault, redirectUri: "dev.example:/cb", preferences: plainPreferences });
const question = (id: string): QuestionView => ({ ...makeQuestion(server("a", 1), "Why?", table), id });
const asking = (...ids: string[]) => ({ ...snapshot(), questions: ids.map(question) });
const names = (known: Known) => known.servers.map(({ name }) => name);

describe("events", () => {
  it("replace one server and keep the order", () => {
    const known = loaded(nothing, snapshot(server("a", 1), server("b", 2)));
    expect(names(heard(known, changed(server("a", 3, "A"))))).toEqual(["A", "b"]);
  });

  it("put the servers in another order, and one that nobody placed last", () => {
    const known = loaded(nothing, snapshot(server("a", 1), server("b", 2), server("c", 3)));
    expect(names(heard(known, { type: "order_changed", order: ["c", "a"] }))).toEqual(["c", "a", "b"]);
  });

  it("leave an order that was told while a snapshot was on its way", () => {
    const before = loaded(nothing, snapshot(server("a", 1), server("b", 2)));
    const now = heard(before, { type: "order_changed", order: ["b", "a"] });
    expect(names(loaded(since(before, now), snapshot(server("a", 3), server("b", 4))))).toEqual(["b", "a"]);
    expect(names(loaded(since(now, now), snapshot(server("a", 5), server("b", 6))))).toEqual(["a", "b"]);
  });

  it("append a new server", () => {
    const known = loaded(nothing, snapshot(server("a", 1)));
    expect(names(heard(known, changed(server("b", 2))))).toEqual(["a", "b"]);
  });

  it.each([4, 5])("never let revision %i overwrite revision 5", (late) => {
    const known = heard(nothing, changed(server("a", 5, "new")));
    expect(heard(known, changed(server("a", late, "late")))).toBe(known);
  });

  it("do not bring back a server that was removed", () => {
    const known = heard(heard(nothing, changed(server("a", 1))), removed("a", 7));
    expect(names(heard(known, changed(server("a", 6))))).toEqual([]);
  });

  it("let a server be added again after it was removed", () => {
    const known = heard(heard(nothing, changed(server("a", 1))), removed("a", 7));
    expect(names(heard(known, changed(server("a", 8))))).toEqual(["a"]);
  });

  it("ignore a removal that is older than what is shown", () => {
    const known = heard(nothing, changed(server("a", 9)));
    expect(heard(known, removed("a", 8))).toBe(known);
  });

  it("leave the other servers as the very same objects, so that only one row is drawn again", () => {
    const known = loaded(nothing, snapshot(server("a", 1), server("b", 2)));
    expect(heard(known, changed(server("a", 3))).servers[1]).toBe(known.servers[1]);
  });

  it("give the same list in whatever order they arrive", () => {
    const events = [
      changed(server("a", 1, "first")),
      changed(server("a", 4, "last")),
      changed(server("b", 2)),
      removed("b", 5),
    ];
    for (const order of permutations(events)) expect(names(order.reduce(heard, nothing))).toEqual(["last"]);
  });
});

describe("the snapshot", () => {
  it("does not undo an event that came while it was fetched", () => {
    const known = heard(nothing, changed(server("a", 5, "new")));
    expect(names(loaded(known, snapshot(server("a", 3, "old"))))).toEqual(["new"]);
  });

  it("does not bring back what was removed while it was fetched", () => {
    const known = heard(nothing, removed("a", 5));
    expect(names(loaded(known, snapshot(server("a", 3), server("b", 4))))).toEqual(["b"]);
  });

  it("keeps a server that was added while it was fetched", () => {
    const known = heard(nothing, changed(server("c", 9)));
    expect(names(loaded(known, snapshot(server("a", 1), server("b", 2))))).toEqual(["a", "b", "c"]);
  });

  it("does not undo news of the key", () => {
    const file = { state: "file", path: "/key" } as const;
    expect(loaded(heard(nothing, { type: "vault_changed", vault: file }), snapshot()).vault).toBe(file);
  });

  it("does not undo news of the preferences", () => {
    const preferences = { ...plainPreferences, surface: "browser" } as const;
    expect(loaded(heard(nothing, { type: "preferences_changed", preferences }), snapshot()).preferences).toBe(preferences);
  });

  it("does not bring back trouble with preferences that were changed since", () => {
    const preferencesProblem = { code: "ca_file", message: "Gone.", remedy: null };
    const troubled = { ...snapshot(), preferencesProblem };
    expect(loaded(nothing, troubled).preferencesProblem).toBe(preferencesProblem);
    const mended = heard(nothing, { type: "preferences_changed", preferences: plainPreferences });
    expect(loaded(mended, troubled).preferencesProblem).toBeNull();
    const still = heard(nothing, { type: "preferences_changed", preferences: plainPreferences, problem: preferencesProblem });
    expect(loaded(still, snapshot()).preferencesProblem).toBe(preferencesProblem);
  });

  it("keeps a question that was asked while it was fetched, after those before it", () => {
    const before = loaded(nothing, asking("one"));
    const now = heard(before, { type: "question_asked", question: question("two") });
    expect(loaded(since(before, now), asking("one")).questions.map(({ id }) => id)).toEqual(["one", "two"]);
    expect(loaded(since(before, now), asking("one", "two")).questions.map(({ id }) => id)).toEqual(["one", "two"]);
    expect(loaded(since(now, now), asking()).questions).toEqual([]);
  });

  it("does not ask again what has ended while it was fetched", () => {
    const before = loaded(nothing, asking("one", "two"));
    const now = heard(before, { type: "question_ended", id: "one" });
    expect(loaded(since(before, now), asking("one", "two")).questions.map(({ id }) => id)).toEqual(["two"]);
  });

  it("does not change what it was given", () => {
    const known = Object.freeze(loaded(nothing, snapshot(Object.freeze(server("a", 1)))));
    Object.freeze(known.servers);
    expect(() => heard(known, changed({ ...server("a", 2), ...connected(3) }))).not.toThrow();
  });
});

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) => permutations(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]));
}
