import { describe, expect, it } from "vitest";
import { someConfigs } from "../lib/backend/fake/import";
import { scenarios } from "../lib/backend/fake/scenarios";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

const status = (id: string) => document.querySelector<HTMLElement>(`[data-testid="row-${id}"]`)?.dataset.status;

describe("the first run", () => {
  it("gets a person to Connected in three clicks: a server, adding it, and the sign-in page", async () => {
    const { user, getByTestId, findByTestId } = await openPane("first");
    await user.click(getByTestId("tile-sentry"));
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("oauth");
    await user.click(getByTestId("add-save"));
    await findByTestId("row-s1-mcp.sentry.dev");
    await expect.poll(() => status("s1-mcp.sentry.dev")).toBe("connected");
  });

  it("goes by keyboard alone", async () => {
    const { user, getByTestId, findByTestId } = await openPane("first");
    getByTestId("palette-open").focus();
    await user.tab();
    expect(document.activeElement).toBe(getByTestId("tile-linear"));
    await user.tab();
    await user.keyboard("{Enter}");
    expect(document.activeElement).toBe(getByTestId("add-url"));
    await user.keyboard("{Enter}");
    await findByTestId("row-s1-mcp.notion.com");
    await expect.poll(() => status("s1-mcp.notion.com")).toBe("connected");
  });

  it("says what other programs know, and takes it over", async () => {
    const { user, getByTestId, findByTestId, findAllByTestId } = await openPane("first");
    await expect.poll(() => getByTestId("welcome-found").textContent?.trim()).toBe("4 servers found in Claude Desktop and Cursor");
    await expectAccessible();
    await user.click(getByTestId("welcome-import"));
    await findAllByTestId("import-row");
    await user.click(getByTestId("import-go"));
    await user.click((await findAllByTestId("import-connect"))[0]!);
    await findByTestId("detail-status");
    await expect.poll(() => getByTestId("detail-status").dataset.status).toBe("connected");
  });

  it("says nothing of programs that know no address", async () => {
    const { getByTestId, fake } = await openPane({ ...scenarios.empty!(), configs: someConfigs.filter(({ id }) => id === "zed") });
    await expect.poll(() => fake.log).toContain("find_configs");
    await expectAccessible();
    expect(getByTestId("welcome-found").textContent?.trim()).toBe("");
  });

  it("takes an address", async () => {
    const { user, getByTestId } = await openPane("empty");
    await user.click(getByTestId("welcome-add"));
    expect(document.activeElement).toBe(getByTestId("add-url"));
  });
});
