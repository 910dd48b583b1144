import { describe, expect, it } from "vitest";
import { openPane } from "./world";

const focused = () => {
  const { dataset, textContent } = document.activeElement as HTMLElement;
  return document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset.row ?? dataset.testid ?? textContent?.trim();
};

describe("by keyboard", () => {
  it("the list is one stop, and arrows walk it", async () => {
    const { getByTestId, user } = await openPane("full");
    getByTestId("add-server").focus();
    await user.tab();
    expect(focused()).toBe("reconnect-all");
    await user.tab();
    expect(focused()).toBe("linear");
    await user.keyboard("{ArrowDown}");
    expect(focused()).toBe("notion");
    expect(getByTestId("row-notion").classList).toContain("selected");
    await user.keyboard("{ArrowRight}");
    expect(document.activeElement?.textContent?.trim()).toBe("Reconnect");
    await user.keyboard("{ArrowLeft}{End}");
    expect(focused()).toBe("intercom");
    await user.keyboard("{Home}");
    expect(focused()).toBe("linear");
    await user.tab();
    expect(focused()).toBe("preferences");
    await user.tab();
    expect(focused()).toBe("palette-open");
    await user.tab();
    expect(document.activeElement?.closest("nav")).toBeNull();
  });

  it("arrows walk from a row to its actions, one by one, and back", async () => {
    const { getByTestId, user } = await openPane("full");
    const label = () => document.activeElement?.getAttribute("aria-label");
    getByTestId("row-sentry").querySelector<HTMLElement>("[data-open]")!.focus();
    await user.keyboard("{ArrowRight}");
    expect(label()).toBe("Show window Sentry");
    await user.keyboard("{ArrowRight}");
    expect(label()).toBe("Cancel Sentry");
    await user.keyboard("{ArrowRight}");
    expect(label()).toBe("Cancel Sentry");
    await user.keyboard("{ArrowLeft}{ArrowLeft}{ArrowLeft}");
    expect(focused()).toBe("sentry");
    expect(label()).toBeNull();
  });

  it("arrows walk the tabs, round and round", async () => {
    const { getByTestId, user } = await openPane("one");
    getByTestId("tab-tools").focus();
    await user.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}");
    expect(focused()).toBe("tab-tools");
    await user.keyboard("{ArrowLeft}");
    expect(getByTestId("tab-settings").getAttribute("aria-selected")).toBe("true");
  });

  it("search leads down into what it found", async () => {
    const { getByLabelText, user } = await openPane("full");
    await user.type(getByLabelText("Search servers"), "figma{ArrowDown}");
    expect(focused()).toBe("figma");
  });

  it("the sheet takes the focus and gives it back", async () => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    expect(focused()).toBe("add-url");
    await user.click(getByTestId("add-cancel"));
    await expect.poll(focused).toBe("add-server");
  });

  it("a tool that is being tried lets arrows pass", async () => {
    const { findByTestId, getByTestId, user } = await openPane("full");
    await user.click(await findByTestId("try-summary"));
    expect(focused()).toBe("try-arguments");
    getByTestId("tab-tools").focus();
    await user.keyboard("{ArrowRight}{ArrowLeft}");
    await findByTestId("try-arguments");
    expect(focused()).toBe("tab-tools");
    getByTestId("row-linear").querySelector<HTMLElement>("[data-open]")!.focus();
    await user.keyboard("{ArrowDown}{ArrowUp}");
    await findByTestId("try-arguments");
    expect(focused()).toBe("linear");
  });

  it("a tool is tried and left without a mouse", async () => {
    const { findByTestId, getByTestId, user } = await openPane("one");
    (await findByTestId("try-summary")).focus();
    await user.keyboard("{Enter}");
    expect(focused()).toBe("try-arguments");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect((await findByTestId("try-result")).dataset.error).toBe("false");
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(getByTestId("try-summary"));
  });

  it("Ctrl+N adds, Ctrl+F searches", async () => {
    const { findByTestId, getByLabelText, getByTestId, user } = await openPane("one");
    await user.keyboard("{Control>}f{/Control}");
    expect(document.activeElement).toBe(getByLabelText("Search servers"));
    await user.keyboard("{Control>}n{/Control}");
    await findByTestId("add-sheet");
    getByTestId("add-url");
  });

  it("everything is made larger and smaller, also under a sheet, and stays so", async () => {
    const { user } = await openPane("one");
    const size = () => document.documentElement.style.fontSize;
    await user.keyboard("{Control>}={/Control}");
    expect([size(), localStorage.getItem("zoom")]).toEqual(["110%", "110"]);
    await user.keyboard("{Control>},{/Control}");
    await user.keyboard("{Control>}++++++++{/Control}");
    expect(size()).toBe("200%");
    await user.keyboard("{Control>}0--------{/Control}");
    expect(size()).toBe("80%");
    await user.keyboard("{Control>}0{/Control}");
    expect(size()).toBe("");
  });
});
