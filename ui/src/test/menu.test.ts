import { createEvent, fireEvent } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openPane } from "./world";

/** Whether the menu of the page shows where the person asks for one. */
function showsMenu(target: Element, at: MouseEventInit = {}) {
  const asks = createEvent.contextMenu(target, at);
  fireEvent(target, asks);
  return !asks.defaultPrevented;
}

describe("the menu of a web page, which would load it anew,", () => {
  afterEach(() => getSelection()!.removeAllRanges());

  it("does not show on what the pane draws", async () => {
    const { getByTestId } = await openPane("one");
    expect(showsMenu(getByTestId("row-linear"))).toBe(false);
    expect(showsMenu(getByTestId("add-server"))).toBe(false);
    expect(showsMenu(document.body)).toBe(false);
  });

  it("shows where something is typed, for that copies and pastes, and not on what is ticked", async () => {
    const { getByTestId, getByRole, user } = await openPane("one");
    expect(showsMenu(getByRole("textbox", { name: "Search servers" }))).toBe(true);
    await user.click(getByTestId("preferences"));
    expect(showsMenu(getByTestId("prefer-document"))).toBe(true);
    expect(showsMenu(getByTestId("prefer-tray"))).toBe(false);
  });

  it("shows on what is selected, for that copies, and not beside it", async () => {
    const { getByRole } = await openPane("one");
    const name = getByRole("heading", { name: "Linear" });
    getSelection()!.selectAllChildren(name);
    // happy-dom has no layout.
    vi.spyOn(Range.prototype, "getClientRects").mockReturnValue([new DOMRect(10, 10, 50, 20)] as never);
    expect(showsMenu(name, { clientX: 20, clientY: 20 })).toBe(true);
    expect(showsMenu(name, { clientX: 90, clientY: 20 })).toBe(false);
    vi.restoreAllMocks();
  });
});
