import { describe, expect, it } from "vitest";
import { makeQuestion, table } from "../lib/backend/fake/questions";
import { openPane } from "./world";

describe("whoever comes from outside the page", () => {
  it("is led to the server, whatever was searched for", async () => {
    const { fake, findByTestId, getByRole, getByTestId, user } = await openPane("full");
    await user.type(getByRole("textbox", { name: "Search servers" }), "linear");
    fake.summon("intercom");
    await expect.poll(() => getByTestId("row-intercom").contains(document.activeElement)).toBe(true);
    expect((await findByTestId("detail-status")).textContent).toContain("Sign in again");
    expect(getByTestId("tab-connection").getAttribute("aria-selected")).toBe("true");
  });

  it("is led to the list of those that need something", async () => {
    const { fake, getByTestId, user } = await openPane("full");
    await user.click(getByTestId("row-linear").querySelector("[data-open]")!);
    fake.summon(null);
    await expect.poll(() => getByTestId("row-notion").contains(document.activeElement)).toBe(true);
    expect(getByTestId("needs-you").textContent).toContain("2 servers");
  });

  it("is led to the one that wants more access where nobody has to sign in", async () => {
    const { fake, getByTestId } = await openPane("mendable");
    fake.summon(null);
    await expect.poll(() => getByTestId("row-more").contains(document.activeElement)).toBe(true);
  });

  it("stays where the list is, when the server has gone", async () => {
    const { fake, getByTestId } = await openPane("one");
    fake.summon("gone");
    await expect.poll(() => getByTestId("row-linear").contains(document.activeElement)).toBe(true);
  });
});

describe("what lies over the server that somebody comes for", () => {
  it.each([
    ["the preferences", "preferences", "preferences-sheet"],
    ["the palette", "palette-open", "palette"],
  ])("makes room where nothing is lost with it: %s", async (_, opener, sheet) => {
    const { fake, getByTestId, queryByTestId, user } = await openPane("full");
    await user.click(getByTestId(opener));
    expect(getByTestId(sheet)).toBeTruthy();
    fake.summon("intercom");
    await expect.poll(() => queryByTestId(sheet)).toBeNull();
    await expect.poll(() => getByTestId("row-intercom").contains(document.activeElement)).toBe(true);
    expect(getByTestId("tab-connection").getAttribute("aria-selected")).toBe("true");
  });

  it("makes room when it is a question, which is not answered", async () => {
    const { fake, getByTestId, queryByTestId, user } = await openPane("full");
    await user.click(getByTestId("preferences"));
    await user.click(getByTestId("delete-all"));
    fake.summon("intercom");
    await expect.poll(() => queryByTestId("delete-sheet") ?? queryByTestId("preferences-sheet")).toBeNull();
    await expect.poll(() => getByTestId("row-intercom").contains(document.activeElement)).toBe(true);
    expect(fake.log).not.toContain("delete_all");
  });

  it("stays with what was typed into it, and tells the way for later", async () => {
    const { fake, findByTestId, getByTestId, queryByTestId, user } = await openPane("full");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "mcp.example.com/mcp");
    fake.summon("intercom");
    expect((await findByTestId("towards")).textContent).toContain("You were on the way to Intercom.");
    expect((getByTestId("add-url") as HTMLInputElement).value).toBe("mcp.example.com/mcp");
    expect(document.activeElement).toBe(getByTestId("add-url"));
    await user.click(getByTestId("add-cancel"));
    await user.click(getByTestId("show-towards"));
    await expect.poll(() => getByTestId("row-intercom").contains(document.activeElement)).toBe(true);
    expect(queryByTestId("towards")).toBeNull();
  });

  it("stays while it asks for a server", async () => {
    const { fake, findByTestId, getByTestId } = await openPane("full");
    const server = (await fake.snapshot()).servers[0]!;
    void fake.ask(makeQuestion(server, "Why?", table));
    await findByTestId("question");
    fake.summon("intercom");
    await findByTestId("towards");
    expect(getByTestId("question")).toBeTruthy();
    expect(fake.log.filter((line) => line.startsWith("answer"))).toEqual([]);
  });
});

it("quits by keyboard, also from within a sheet", async () => {
  const { fake, getByTestId, user } = await openPane("one");
  await user.keyboard("{Control>}q{/Control}");
  await user.click(getByTestId("preferences"));
  await user.keyboard("{Control>}q{/Control}");
  expect(fake.log.filter((line) => line === "quit")).toHaveLength(2);
});
