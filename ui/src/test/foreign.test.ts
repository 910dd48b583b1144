import { describe, expect, it } from "vitest";
import { registryPage } from "../lib/backend/fake/registry";
import { scenarios } from "../lib/backend/fake/scenarios";
import { sampleTools } from "../lib/backend/fake/tools";
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
    const { findByTestId } = await openPane({ ...scenarios.one!(), tools: () => [{ ...tool!, inputSchema }] });
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
