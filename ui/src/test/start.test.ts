import { render } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeAll, describe, expect, it } from "vitest";
import App from "../App.svelte";
import { Fake } from "../lib/backend/fake";
import { scenarios } from "../lib/backend/fake/scenarios";
import type { Snapshot } from "../lib/bindings/Snapshot";
import { loadAll } from "./world";

/** Opens, or is refused, when told to. */
function gate() {
  let resolve!: () => void;
  let reject!: (why: unknown) => void;
  const promise = new Promise<void>((open, refuse) => ([resolve, reject] = [open, refuse]));
  return { promise, resolve, reject };
}

/** An engine that lets a test say when it hears and when it answers. */
class Slow extends Fake {
  readonly hears = gate();
  readonly answers = gate();

  override async listen(...ears: Parameters<Fake["listen"]>) {
    const stop = await super.listen(...ears);
    await this.hears.promise;
    return stop;
  }

  override async snapshot(): Promise<Snapshot> {
    const snapshot = structuredClone(await super.snapshot());
    await this.answers.promise;
    return snapshot;
  }
}

function open() {
  const engine = new Slow(scenarios.one!());
  const pane = render(App, { props: { backend: engine } });
  const status = () => pane.queryByTestId("row-linear")?.dataset.status;
  return { engine, pane, status };
}

beforeAll(loadAll);

describe("at the start", () => {
  it("nothing is asked before the listening is confirmed", async () => {
    const { engine, pane } = open();
    engine.answers.resolve();
    await tick();
    expect(engine.log).toEqual([]);
    engine.hears.resolve();
    await pane.findByTestId("row-linear");
    expect(engine.log.filter((asked) => asked === "snapshot")).toHaveLength(1);
  });

  it("a server that goes while the answer is on its way is not shown", async () => {
    const { engine, pane, status } = open();
    engine.hears.resolve();
    await expect.poll(() => engine.log).toEqual(["snapshot"]);
    engine.tell({ type: "server_removed", id: "linear", revision: 5000 });
    engine.answers.resolve();
    await pane.findByText("Connect your first server");
    expect(status()).toBeUndefined();
  });

  it("an event that comes before the first answer is newer than it", async () => {
    const { engine, status } = open();
    await engine.signOut("linear");
    expect(status()).toBeUndefined();
    engine.answers.resolve();
    engine.hears.resolve();
    await expect.poll(status).toBe("not_signed_in");
  });

  it("a pane that cannot listen says so, whatever the answer is", async () => {
    const { engine, pane } = open();
    engine.hears.reject({ code: "no_events", message: "Nothing can be heard.", remedy: null });
    engine.answers.resolve();
    expect((await pane.findByTestId("start-failure")).dataset.code).toBe("no_events");
  });
});
