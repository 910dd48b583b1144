import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { markdown } from "../lib/later";
import { accessibleTree } from "./aria";
import { openPane } from "./world";

const NOON = new Date("2026-11-25T12:00:00Z");

/** Fails on any difference; `npx vitest run src/test/aria.test.ts -u` takes over what is meant. */
const expectTree = (screen: string) => expect(accessibleTree()).toMatchFileSnapshot(`./aria/${screen}.yaml`);

describe("assistive technology is told the same as before of", () => {
  // Only the date stands still: what waits for a timer goes on.
  beforeEach(() => {
    vi.stubEnv("TZ", "UTC");
    vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  });
  afterEach(() => void vi.unstubAllEnvs());

  it("the list, with every status", async () => {
    await openPane("full");
    await expectTree("list");
  });

  it.each(["tools", "connection", "activity", "settings"])("the tab %s", async (tab) => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId(`tab-${tab}`));
    await expectTree(`tab-${tab}`);
  });

  it("the sheet that adds", async () => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await expectTree("add");
  });

  it("the preferences", async () => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId("preferences"));
    await expectTree("preferences");
  });

  it("a newer version", async () => {
    await markdown.load();
    const { findByTestId, user } = await openPane("update");
    await user.click(await findByTestId("update-show"));
    await expectTree("update");
  });

  it("the palette, and the shortcuts", async () => {
    const { findByTestId, user } = await openPane("one");
    await user.keyboard("{Control>}k{/Control}");
    await findByTestId("palette-input");
    await expectTree("palette");
    await user.keyboard("shortcuts{Enter}");
    await findByTestId("shortcuts-sheet");
    await expectTree("shortcuts");
  });

  it("the import", async () => {
    const { getByTestId, user } = await openPane("import");
    await user.click(getByTestId("add-server"));
    await user.click(getByTestId("add-import"));
    await expect.poll(() => getByTestId("import-state").dataset.phase).toBe("choosing");
    await expectTree("import");
  });

  it("the question of a server", async () => {
    const { getByTestId, findByTestId, user } = await openPane("try");
    await user.click(await findByTestId("try-book_table"));
    await user.click(getByTestId("try-run"));
    await findByTestId("question");
    await expectTree("question");
  });

  it("the first run", async () => {
    const { getByTestId } = await openPane("first");
    await expect.poll(() => getByTestId("welcome-found").textContent?.trim()).not.toBe("");
    await expectTree("first-run");
  });
});
