import { afterEach, describe, expect, it, vi } from "vitest";
import { registryPage } from "../lib/backend/fake/registry";
import { scenarios } from "../lib/backend/fake/scenarios";
import { sampleTools } from "../lib/backend/fake/tools";
import type { ToolView } from "../lib/bindings/ToolView";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

const [tool] = sampleTools;

async function searchRegistry(first: typeof registryPage) {
  const pane = await openPane("one");
  pane.fake.searchRegistry = async (query, cursor) => (cursor ? registryPage(query, null) : first(query, cursor));
  await pane.user.click(pane.getByTestId("add-server"));
  await pane.user.type(pane.getByTestId("add-url"), "weather");
  await pane.user.click(pane.getByTestId("registry-search"));
  return pane;
}

describe("what comes twice from elsewhere", () => {
  it("is one tool where a server lists it twice, here and in the palette", async () => {
    const { findByTestId, getAllByRole, user } = await openPane({ ...scenarios.one!(), tools: () => [tool!, tool!] });
    await findByTestId("tool-create_issue");
    await user.keyboard("{Control>}k{/Control}create_issue");
    expect(getAllByRole("option")).toHaveLength(1);
  });

  it("are two parameters where one has the name of what lies in another", async () => {
    const inputSchema = { properties: { "a.b": { type: "string" }, a: { properties: { b: { type: "integer" } } } } };
    const { findByTestId, getByText, user } = await openPane({ ...scenarios.one!(), tools: () => [{ ...tool!, inputSchema }] });
    await user.click((await findByTestId("tool-create_issue")) && getByText("2 parameters"));
    const names = (await findByTestId("tool-create_issue")).querySelectorAll("dt code");
    expect([...names].map(({ textContent }) => textContent)).toEqual(["a.b", "a", "a.b"]);
  });

  it("is one offer where the next page of the registry begins with it once more", async () => {
    const pane = await searchRegistry(registryPage);
    await pane.user.click(await pane.findByTestId("registry-more"));
    await expect.poll(() => pane.queryByTestId("registry-more")).not.toBeNull();
    expect(pane.getAllByTestId("offer-com.example/weather#0")).toHaveLength(1);
  });

  it("is one choice where the registry names it twice", async () => {
    const pane = await searchRegistry((query, cursor) => {
      const page = structuredClone(registryPage(query, cursor));
      page.servers.forEach(({ remotes }) => remotes.forEach(({ variables }) => variables.forEach(({ choices }) => choices.push(...choices))));
      return page;
    });
    await pane.user.click(await pane.findByTestId("offer-com.example/tenant#0"));
    expect([...pane.getByTestId("variable-region").children].map(({ textContent }) => textContent)).toEqual(["eu", "us"]);
  });
});

describe("what nobody thought of", () => {
  afterEach(() => vi.restoreAllMocks());

  it("takes one tab away and not the pane, until it is mended", async () => {
    const told = vi.spyOn(console, "error").mockReturnValue();
    let tools: ToolView[] = [{ ...tool!, description: 7 as never }];
    const { findByTestId, getByTestId, queryByTestId, getByRole, fake, user } = await openPane({ ...scenarios.one!(), tools: () => tools });
    expect((await findByTestId("broken")).getAttribute("role")).toBe("alert");
    expect(told).toHaveBeenCalledOnce();
    await expectAccessible();
    await user.click(getByTestId("tab-settings"));
    expect(queryByTestId("broken")).toBeNull();
    await user.click(getByTestId("tab-tools"));
    await findByTestId("broken");
    tools = [tool!];
    fake.tell({ type: "tools_changed", id: "linear" });
    await expect.poll(() => fake.log.filter((line) => line === "tools linear").length).toBe(2);
    await user.click(getByRole("button", { name: "Try again" }));
    await findByTestId("tool-create_issue");
  });

  it("takes a sheet away, and the next one opens", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    const page = { servers: [{ id: "a", remotes: null as never } as never], next: null };
    const { findByTestId, getByTestId, getByRole, queryByTestId, user } = await searchRegistry(() => page);
    await findByTestId("broken");
    expect(queryByTestId("add-sheet")).toBeNull();
    await expectAccessible();
    await user.click(getByRole("button", { name: "Dismiss" }));
    expect(queryByTestId("broken")).toBeNull();
    await user.click(getByTestId("preferences"));
    await findByTestId("preferences-sheet");
  });
});
