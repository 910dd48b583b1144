import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { vi } from "vitest";
import App from "../App.svelte";
import { Fake } from "../lib/backend/fake";
import { scenarios, type Scenario } from "../lib/backend/fake/scenarios";
import { catalogue, connection, screens, welcome } from "../lib/later";

/** All that comes behind the first picture, and must not come behind the end of a test. */
export const loadAll = () => Promise.all([connection.load(), screens.load(), welcome.load(), catalogue.load()]);

/** The whole pane on a pretended engine. */
export async function openPane(scenario: string | Scenario) {
  const fake = new Fake(typeof scenario === "string" ? scenarios[scenario]!() : scenario);
  await loadAll();
  // Hands and keys take no time.
  const user = userEvent.setup({ advanceTimers: (ms) => void vi.advanceTimersByTime(ms) });
  const pane = render(App, { props: { backend: fake } });
  if (typeof scenario !== "string" || !["loading", "error"].includes(scenario)) await pane.findByTestId("add-server");
  return { ...pane, fake, user };
}
