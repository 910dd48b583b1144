import { render } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import App from "../App.svelte";
import { Fake } from "../lib/backend/fake";
import { scenarios } from "../lib/backend/fake/scenarios";
import { screens } from "../lib/later";
import { carrying, drag } from "./bring";

afterEach(() => vi.unstubAllGlobals());

it("what happened to a server is asked for while the part that shows it is on its way", async () => {
  vi.stubGlobal("requestAnimationFrame", () => 0);
  const backend = new Fake(scenarios.patient!());
  const pane = render(App, { props: { backend } });
  await pane.findByTestId("row-github");
  expect(screens.here).toBeNull();
  expect(backend.log).toContain("activity github");
});

it("what is dropped before the later screens are here waits for them", async () => {
  // No frame is ever over, so nothing else sends for them.
  vi.stubGlobal("requestAnimationFrame", () => 0);
  const pane = render(App, { props: { backend: new Fake(scenarios.one!()) } });
  await pane.findByTestId("row-linear");
  const list = JSON.stringify({ mcpServers: { notes: { url: "https://notes.example.com/mcp" } } });
  const transfer = carrying([new File([list], "mcp.json", { type: "application/json" })]);
  expect(screens.here).toBeNull();
  const kept = ["dragenter", "dragover", "drop"].map((kind) => drag(kind, transfer).defaultPrevented);
  expect(kept).toEqual([true, true, true]);
  expect((await pane.findByTestId("import-list")).textContent).toContain("mcp.json");
});
