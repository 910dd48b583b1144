import { describe, it } from "vitest";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

describe("axe finds nothing on", () => {
  it.each(["full", "one", "empty", "loading", "error", "vault", "lost", "nocerts", "aside", "long"])("the scenario %s", async (scenario) => {
    await openPane(scenario);
    await expectAccessible();
  });

  it.each(["notion", "sentry", "atlassian", "figma", "search", "old", "canva"])("the connection of %s", async (id) => {
    const { getByTestId, user } = await openPane("full");
    await user.click(getByTestId(`row-${id}`).querySelector("[data-open]")!);
    await user.click(getByTestId("tab-connection"));
    await expectAccessible();
  });

  it.each(["hub", "more"])("the connection of %s, with its way out", async (id) => {
    const { getByTestId, user } = await openPane("mendable");
    await user.click(getByTestId(`row-${id}`).querySelector("[data-testid=row-action]")!);
    await expectAccessible();
  });

  it("the settings and the question before removing", async () => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId("tab-settings"));
    await expectAccessible();
    await user.click(getByTestId("remove-server"));
    await expectAccessible();
  });

  it("the sheet that adds", async () => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://down.example.com/mcp");
    await user.click(getByTestId("add-stop"));
    await user.click(getByTestId("auth-headers"));
    await expectAccessible();
  });

  it("a tool with its result", async () => {
    const { findByTestId, getByTestId, user } = await openPane("one");
    await user.click(await findByTestId("try-draw_chart"));
    await user.click(getByTestId("try-run"));
    await findByTestId("try-result");
    await expectAccessible();
  });
});
