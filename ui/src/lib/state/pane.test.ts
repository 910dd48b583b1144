import { afterEach, describe, expect, it, vi } from "vitest";
import { Fake } from "../backend/fake";
import { scenarios } from "../backend/fake/scenarios";
import { connected, failed, signedIn, signedOut, signingIn, signInAgain } from "../backend/fake/servers";
import type { Activity } from "../bindings/Activity";
import type { ServerView } from "../bindings/ServerView";
import { isLate } from "../commands/connection";
import { Pane } from "./pane.svelte";

afterEach(() => void vi.useRealTimers());

async function started() {
  const fake = new Fake(scenarios.full!());
  const pane = new Pane(fake);
  await pane.start();
  const [first, second] = pane.servers;
  const tell = (server: ServerView) => fake.tell({ type: "server_changed", server });
  return { fake, pane, first: first!, second: second!, tell };
}

describe("what the pane knows", () => {
  it("keeps what it hears of one server while another is being changed", async () => {
    const { pane, first, second, tell } = await started();
    const changing = pane.change(first.id, { name: "Changed" });
    tell({ ...second, name: "Heard", revision: 5_000 });
    await changing;
    expect(pane.server(first.id)?.name).toBe("Changed");
    expect(pane.server(second.id)?.name).toBe("Heard");
  });

  it("goes on to the neighbour of a server that goes, and only once", async () => {
    const { pane, first, second } = await started();
    pane.view.show(first.id, null);
    await pane.remove(first);
    expect([pane.view.selectedId, pane.view.departures]).toEqual([second.id, 1]);
    const last = pane.servers.at(-1)!;
    await pane.remove(last);
    expect([pane.view.selectedId, pane.view.departures]).toEqual([second.id, 1]);
  });

  it("goes on to the neighbour of a server that is removed elsewhere", async () => {
    const { fake, pane } = await started();
    const [, before, last] = pane.servers.slice(-3);
    pane.view.show(last!.id, null);
    await fake.remove(last!.id);
    expect(pane.view.selectedId).toBe(before!.id);
  });

  it("goes on to the first of the list where the server that was looked at went unheard, or with all others", async () => {
    const { fake, pane, first, second } = await started();
    const looked = () => [pane.view.selectedId, pane.view.opened];
    pane.view.show(second.id, null);
    fake.removeUnheard(second.id);
    await expect.poll(looked).toEqual([first.id, false]);
    pane.view.show(first.id, null);
    await pane.deleteAll();
    expect(looked()).toEqual([null, false]);
  });

  it("does not go back to an order that its own later moves have left behind", async () => {
    const { fake, pane, first } = await started();
    const move = fake.move.bind(fake);
    let written = () => {};
    const disk = new Promise<void>((resolve) => (written = resolve));
    // The first is done at once; the second takes its time.
    fake.move = (id, to) => (to === 1 ? move(id, to) : disk.then(() => move(id, to)));
    const moves = [pane.move(first, 1), pane.move(first, 2)];
    await moves[0];
    expect(pane.servers.indexOf(first)).toBe(2);
    const elsewhere = pane.servers.map(({ id }) => id).toReversed();
    written();
    await Promise.all(moves);
    expect(pane.servers.indexOf(first)).toBe(2);
    fake.tell({ type: "order_changed", order: elsewhere });
    expect(pane.servers.map(({ id }) => id)).toEqual(elsewhere);
  });

  it("leaves the tab as it was where a server connects that was not heard of", async () => {
    const { fake, pane, first, tell } = await started();
    tell({ ...first, ...failed({ code: "unreachable", message: "It is away.", remedy: null }), revision: 5_000 });
    const known = await fake.snapshot();
    const connecting: ServerView = { ...first, status: { kind: "connecting" }, action: null, revision: 5_001 };
    const servers = known.servers.map((server) => (server.id === first.id ? connecting : server));
    fake.snapshot = async () => ({ ...known, servers });
    fake.removeUnheard("nobody");
    await expect.poll(() => pane.server(first.id)?.status.kind).toBe("connecting");
    expect(pane.view.tab(pane.server(first.id)!)).toBe("connection");
  });
});

describe("a sign-in", () => {
  async function signsIn(phase: Partial<ServerView>) {
    const { fake, pane, first, tell } = await started();
    let revision = 5_000;
    const become = (next: Partial<ServerView>) => tell({ ...pane.server(first.id)!, ...next, revision: (revision += 1) });
    become(phase);
    return { fake, pane, become, id: first.id };
  }
  const waits = () => signingIn("waiting_for_person", Date.now());

  it("that is left beside one that works is told of, and so is one beside none", async () => {
    const { pane, become, id } = await signsIn(waits());
    become({ ...connected(8), authorization: signedIn("https://as.example", []) });
    expect(pane.left).toBe(id);
  });

  it("that was left is nothing to come back to once the server lets the person in, signed in elsewhere", async () => {
    const { pane, become, id } = await signsIn(waits());
    become(signedOut());
    become({ name: "Renamed" });
    expect(pane.left).toBe(id);
    become({ ...connected(8), authorization: signedIn("https://as.example", []) });
    expect(pane.left).toBeNull();
  });

  it("that is left beside one that works stays told of while that goes on", async () => {
    const { pane, become, id } = await signsIn(waits());
    const authorization = signedIn("https://as.example", []);
    become({ ...connected(8), authorization, status: { kind: "connecting" } });
    become({ ...connected(8), authorization });
    expect(pane.left).toBe(id);
  });

  it("that went well is none that was left", async () => {
    const { pane, become } = await signsIn(waits());
    become(signingIn("exchanging", Date.now()));
    become({ ...connected(8), authorization: signedIn("https://as.example", []) });
    expect(pane.left).toBeNull();
  });

  it("takes what was refused along when it ends", async () => {
    const { fake, pane, become, id } = await signsIn(waits());
    fake.trouble({ id, error: { code: "no_browser", message: "No browser.", remedy: null } });
    expect(pane.refusals.has(id)).toBe(true);
    become(signedOut());
    expect(pane.refusals.has(id)).toBe(false);
  });

  it("is late half a minute after the person was asked, however long it was looked for before", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const since = Date.now();
    const { pane, become, id } = await signsIn(signingIn("finding_out", since));
    vi.setSystemTime(since + 60_000);
    become(signingIn("waiting_for_person", since));
    expect(isLate(pane.server(id)!)).toBe(false);
    vi.setSystemTime(since + 91_000);
    expect(isLate(pane.server(id)!)).toBe(true);
  });
});

it("all are reconnected two at a time, until that is stopped", async () => {
  const { fake, pane, tell } = await started();
  const ids = pane.servers.slice(0, 5).map(({ id }) => id);
  for (const server of pane.servers.slice(0, 5)) tell({ ...server, ...signInAgain("expired"), revision: 5_000 });
  for (const { id } of pane.needingYou.slice(5)) await fake.remove(id);
  const asked: string[] = [];
  Object.assign(fake, { connect: async (id: string) => void asked.push(id) });
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  const end = async (id: string) => {
    tell({ ...pane.server(id)!, ...signingIn("waiting_for_person", 0), revision: 6_000 });
    tell({ ...pane.server(id)!, ...signedOut(), revision: 6_001 });
    await turn();
  };
  void pane.reconnectAll();
  await turn();
  expect(asked).toEqual(ids.slice(0, 2));
  await end(ids[1]!);
  expect(asked).toEqual(ids.slice(0, 3));
  pane.queue = [];
  await end(ids[0]!);
  expect(asked).toEqual(ids.slice(0, 3));
});

it("the tools of one server are here, and those of another only while it is looked at", async () => {
  const { fake, pane, first, second } = await started();
  await pane.tools.load(first.id);
  await pane.tools.load(second.id);
  expect([pane.tools.shelf(first.id).tools, pane.tools.shelf(second.id).tools?.length]).toEqual([null, 8]);
  const asked = () => fake.log.filter((line) => line.startsWith("tools")).length;
  const before = asked();
  fake.tell({ type: "tools_changed", id: first.id });
  expect(asked()).toBe(before);
  fake.tell({ type: "tools_changed", id: second.id });
  expect(asked()).toBe(before + 1);
});

it("what was read of servers is read again when events were lost", async () => {
  const { fake, pane, first, second } = await started();
  await pane.journal.load(first.id);
  await pane.tools.load(second.id);
  const [newest] = pane.journal.of(first.id).entries!;
  const [tool] = pane.tools.shelf(second.id).tools!;
  const unheard = { ...newest!, id: `${newest!.id}-unheard` };
  fake.activity = async () => [unheard];
  fake.tools = async () => [tool!];
  fake.removeUnheard("nobody");
  await expect.poll(() => pane.journal.of(first.id).entries).toEqual([unheard]);
  await expect.poll(() => pane.tools.shelf(second.id).tools).toEqual([tool]);
});

it("a story that was on its way when events were lost is not the one that is told", async () => {
  const { fake, pane, first } = await started();
  await pane.journal.load(first.id);
  const [newest] = pane.journal.of(first.id).entries!;
  let answer = (_: Activity[]) => {};
  fake.activity = () => new Promise((resolve) => (answer = resolve));
  const early = pane.journal.load(first.id);
  const late = answer;
  fake.activity = async () => [newest!];
  fake.removeUnheard("nobody");
  await expect.poll(() => pane.journal.of(first.id).loading).toBe(false);
  late([]);
  await early;
  expect(pane.journal.of(first.id).entries).toEqual([newest]);
});
