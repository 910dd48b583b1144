import { fireEvent } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { openPane } from "./world";

type Opened = Awaited<ReturnType<typeof openPane>>;

const HEIGHT = 58;
const order = ({ container }: Opened) => [...container.querySelectorAll<HTMLElement>("[data-row]")].map(({ dataset }) => dataset.row);
const moves = ({ fake }: Opened) => fake.log.filter((line) => line.startsWith("move"));
const grip = ({ getByTestId }: Opened, id: string) => getByTestId(`row-${id}`).querySelector<HTMLElement>("[data-open]")!;

/** happy-dom has no layout: every row is as high as the others. */
beforeEach(() => {
  Object.defineProperty(HTMLLIElement.prototype, "offsetHeight", { configurable: true, get: () => HEIGHT });
  HTMLElement.prototype.setPointerCapture = () => {};
});

const pointer = (y: number) => ({ pointerId: 1, button: 0, buttons: 1, pointerType: "mouse", clientY: y });

async function carry(pane: Opened, id: string, rows: number) {
  await fireEvent.pointerDown(grip(pane, id), pointer(100));
  await fireEvent.pointerMove(grip(pane, id), pointer(100 + rows * HEIGHT));
}

describe("the order, by keyboard", () => {
  it("follows Alt and the arrows, is said, and keeps the focus", async () => {
    const pane = await openPane("full");
    grip(pane, "notion").focus();
    await pane.user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    expect(order(pane).slice(0, 3)).toEqual(["linear", "sentry", "notion"]);
    expect(pane.getByTestId("announcer").textContent).toBe("Notion: place 3 of 15");
    expect(document.activeElement).toBe(grip(pane, "notion"));
    await pane.user.keyboard("{Alt>}{ArrowUp}{ArrowUp}{ArrowUp}{/Alt}");
    expect(order(pane).slice(0, 3)).toEqual(["notion", "linear", "sentry"]);
    await expect.poll(() => moves(pane)).toEqual(["move notion 2", "move notion 1", "move notion 0"]);
  });

  it("stays while a search hides some of the places", async () => {
    const pane = await openPane("full");
    await pane.user.type(pane.getByLabelText("Search servers"), "a");
    const first = pane.container.querySelector<HTMLElement>("[data-open]")!;
    first.focus();
    await pane.user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await carry(pane, first.closest<HTMLElement>("[data-row]")!.dataset.row!, 2);
    await fireEvent.pointerUp(first, pointer(0));
    expect(moves(pane)).toEqual([]);
  });
});

describe("the order, by pointer", () => {
  it("is where a row is put down, and the others make room before that", async () => {
    const pane = await openPane("full");
    await carry(pane, "linear", 2.25);
    const transform = (id: string) => pane.getByTestId(`row-${id}`).style.transform;
    expect(transform("linear")).toBe(`translateY(${2.25 * HEIGHT}px)`);
    expect([transform("notion"), transform("sentry"), transform("github")]).toEqual([
      `translateY(-${HEIGHT}px)`,
      `translateY(-${HEIGHT}px)`,
      "",
    ]);
    await fireEvent.pointerUp(grip(pane, "linear"), pointer(0));
    expect(order(pane).slice(0, 3)).toEqual(["notion", "sentry", "linear"]);
    await expect.poll(() => moves(pane)).toEqual(["move linear 2"]);
  });

  it("opens nothing where it ends", async () => {
    const pane = await openPane("full");
    await carry(pane, "figma", -1);
    await fireEvent.pointerUp(grip(pane, "figma"), pointer(0));
    await fireEvent.click(grip(pane, "figma"), { detail: 1 });
    expect(pane.getByTestId("row-figma").classList).not.toContain("selected");
  });

  it("is as it was after Escape, and after a move too short to mean anything", async () => {
    const pane = await openPane("full");
    await carry(pane, "linear", 3);
    await fireEvent.keyDown(grip(pane, "linear"), { key: "Escape" });
    await fireEvent.pointerUp(grip(pane, "linear"), pointer(0));
    await carry(pane, "linear", 0.05);
    await fireEvent.pointerUp(grip(pane, "linear"), pointer(0));
    expect(order(pane).slice(0, 2)).toEqual(["linear", "notion"]);
    expect(moves(pane)).toEqual([]);
  });

  it("lets go of a row whose button was let go elsewhere", async () => {
    const pane = await openPane("full");
    await carry(pane, "linear", 2);
    await fireEvent.pointerMove(grip(pane, "linear"), { ...pointer(400), buttons: 0 });
    expect(pane.getByTestId("row-linear").style.transform).toBe("");
    await fireEvent.pointerUp(grip(pane, "linear"), pointer(0));
    expect(moves(pane)).toEqual([]);
  });

  it("goes back where the engine refuses it", async () => {
    const pane = await openPane("full");
    pane.fake.move = () => Promise.reject({ code: "database_read_only", message: "No.", remedy: null });
    await carry(pane, "linear", 1);
    await fireEvent.pointerUp(grip(pane, "linear"), pointer(0));
    expect(order(pane)[0]).toBe("notion");
    await expect.poll(() => order(pane)[0]).toBe("linear");
    expect(pane.getByTestId("refusal").dataset.code).toBe("database_read_only");
    await carry(pane, "notion", 1);
    await fireEvent.pointerUp(grip(pane, "notion"), pointer(0));
    expect((await pane.findByTestId("refused")).textContent).toContain("Notion: No.");
  });
});

it("another process moves one", async () => {
  const pane = await openPane("full");
  const ids = order(pane) as string[];
  pane.fake.tell({ type: "order_changed", order: ids.toReversed() });
  await expect.poll(() => order(pane)).toEqual(ids.toReversed());
});
