import { describe, expect, it } from "vitest";
import { Fake } from "../backend/fake";
import { scenarios } from "../backend/fake/scenarios";
import { failed } from "../backend/fake/servers";
import type { ServerView } from "../bindings/ServerView";
import { Pane } from "./pane.svelte";

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
