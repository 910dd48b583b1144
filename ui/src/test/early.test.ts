import { render } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import App from "../App.svelte";
import { Fake } from "../lib/backend/fake";
import { scenarios } from "../lib/backend/fake/scenarios";
import { screens } from "../lib/later";

afterEach(() => vi.unstubAllGlobals());

it("what happened to a server is asked for while the part that shows it is on its way", async () => {
  vi.stubGlobal("requestAnimationFrame", () => 0);
  const backend = new Fake(scenarios.patient!());
  const pane = render(App, { props: { backend } });
  await pane.findByTestId("row-github");
  expect(screens.here).toBeNull();
  expect(backend.log).toContain("activity github");
});
