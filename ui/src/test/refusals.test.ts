import { afterEach, describe, expect, it, vi } from "vitest";
import type { ErrorView } from "../lib/bindings/ErrorView";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

const busy: ErrorView = { code: "database_busy", message: "Another program holds the list.", remedy: null };

async function refusing() {
  const pane = await openPane("full");
  Object.assign(pane.fake, { connect: () => Promise.reject(busy) });
  const select = (id: string) => pane.user.click(pane.getByTestId(`row-${id}`).querySelector("[data-open]")!);
  const act = (id: string) => pane.user.click(pane.getByTestId(`row-${id}`).querySelector("[data-testid=row-action]")!);
  return { ...pane, select, act };
}

describe("a refusal", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("for a server that is not in sight is told with its name, and leads to it", async () => {
    const { act, findByTestId, getByTestId, queryByTestId, user } = await refusing();
    await act("atlassian");
    const toast = await findByTestId("refused");
    expect(toast.textContent).toContain("Atlassian: Another program holds the list.");
    await expectAccessible();
    await user.click(getByTestId("show-refused"));
    expect(getByTestId("refusal").dataset.code).toBe("database_busy");
    expect(getByTestId("row-atlassian").contains(document.activeElement)).toBe(true);
    expect(queryByTestId("refused")).toBeNull();
  });

  it("for the server in sight stands there, and nowhere else", async () => {
    const { act, select, findByTestId, queryByTestId } = await refusing();
    await select("atlassian");
    await act("atlassian");
    await findByTestId("refusal");
    expect(queryByTestId("refused")).toBeNull();
  });

  it("that has been seen is not told again", async () => {
    const { act, select, findByTestId, queryByTestId } = await refusing();
    await act("atlassian");
    await findByTestId("refused");
    await select("atlassian");
    await select("linear");
    expect(queryByTestId("refused")).toBeNull();
  });

  it("of what nobody waited for is told, too", async () => {
    const { fake, findByTestId } = await refusing();
    fake.trouble({ id: "github", error: busy });
    expect((await findByTestId("refused")).textContent).toContain("GitHub (work)");
  });

  it("is told beside the list of a narrow window, although its server is chosen", async () => {
    vi.stubGlobal("innerWidth", 700);
    const { fake, findByTestId, getByTestId, user } = await refusing();
    fake.trouble({ id: "linear", error: busy });
    await user.click((await findByTestId("refused")).querySelector("button")!);
    expect(getByTestId("refusal").dataset.code).toBe("database_busy");
  });
});
