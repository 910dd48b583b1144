import { describe, expect, it } from "vitest";
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

  it("stays where the list is, when the server has gone", async () => {
    const { fake, getByTestId } = await openPane("one");
    fake.summon("gone");
    await expect.poll(() => getByTestId("row-linear").contains(document.activeElement)).toBe(true);
  });
});

it("quits by keyboard, also from within a sheet", async () => {
  const { fake, getByTestId, user } = await openPane("one");
  await user.keyboard("{Control>}q{/Control}");
  await user.click(getByTestId("preferences"));
  await user.keyboard("{Control>}q{/Control}");
  expect(fake.log.filter((line) => line === "quit")).toHaveLength(2);
});
