import { describe, expect, it, vi } from "vitest";
import { cantReach, connected, signInAgain } from "../lib/backend/fake/servers";
import { openPane } from "./world";

type Opened = Awaited<ReturnType<typeof openPane>>;

/** Presses a control by keyboard. */
async function press({ user }: Opened, control: HTMLElement) {
  control.focus();
  await user.keyboard("{Enter}");
}

const action = ({ getByTestId }: Opened, id: string) => getByTestId(`row-${id}`).querySelector<HTMLElement>("[data-testid=row-action]")!;
const open = ({ getByTestId }: Opened, id: string) => getByTestId(`row-${id}`).querySelector("[data-open]");
const focused = () => (document.activeElement as HTMLElement).dataset.testid;

describe("what is pressed and goes away leaves the focus", () => {
  it("on what came in its place", async () => {
    const pane = await openPane("patient");
    await press(pane, pane.getByTestId("connect"));
    await expect.poll(focused).toBe("cancel");
    await press(pane, pane.getByTestId("cancel"));
    await expect.poll(focused).toBe("connect");
  });

  it("on its row, or on the row that is chosen", async () => {
    const pane = await openPane("full");
    const [linear] = (await pane.fake.snapshot()).servers;
    const away = cantReach({ code: "unreachable", message: "Away.", remedy: null }, 20_000);
    pane.fake.tell({ type: "server_changed", server: { ...linear!, ...away, revision: 5000 } });
    await expect.poll(() => action(pane, "linear")).not.toBeNull();
    await press(pane, action(pane, "linear"));
    pane.fake.tell({ type: "server_changed", server: { ...linear!, ...connected(8), revision: 5001 } });
    await expect.poll(() => document.activeElement).toBe(open(pane, "linear"));
    action(pane, "notion").focus();
    await pane.fake.remove("notion");
    await expect.poll(() => document.activeElement).toBe(open(pane, "linear"));
  });

  it("on the list, where the server that was looked at is removed elsewhere", async () => {
    const pane = await openPane("full");
    await pane.user.click(open(pane, "linear")!);
    pane.getByTestId("tab-settings").focus();
    await pane.fake.remove("linear");
    await expect.poll(() => document.activeElement).toBe(open(pane, "notion"));
  });

  it("on the list, below the line that asked for it", async () => {
    const pane = await openPane("one");
    const [linear] = (await pane.fake.snapshot()).servers;
    pane.fake.tell({ type: "server_changed", server: { ...linear!, ...signInAgain("expired"), revision: 1000 } });
    await press(pane, await pane.findByTestId("reconnect-all"));
    await expect.poll(() => document.activeElement).toBe(open(pane, "linear"));
  });

  it("in the panel of a tool that runs", async () => {
    const pane = await openPane("one");
    await pane.user.click(await pane.findByTestId("try-slow_report"));
    pane.getByTestId("try-run").focus();
    await pane.user.keyboard(" ");
    await expect.poll(focused).toBe("try-cancel");
    await press(pane, pane.getByTestId("try-cancel"));
    await expect.poll(focused).toBe("try-run");
  });

  it("in the field that takes the place of a button", async () => {
    const pane = await openPane("import");
    await press(pane, pane.getByTestId("add-server"));
    await press(pane, pane.getByTestId("add-import"));
    await press(pane, await pane.findByTestId("import-paste"));
    await expect.poll(focused).toBe("import-text");
  });

  it("in the registry, which goes on asking", async () => {
    const pane = await openPane("one");
    await press(pane, pane.getByTestId("add-server"));
    await pane.user.type(pane.getByTestId("add-url"), "tools");
    await press(pane, pane.getByTestId("registry-search"));
    await press(pane, await pane.findByTestId("registry-stop"));
    await expect.poll(focused).toBe("registry-search");
  });

  it("where it was before it came to a toast", async () => {
    const pane = await openPane("full");
    pane.getByTestId("preferences").focus();
    pane.fake.trouble({ id: "github", error: { code: "no_browser", message: "No browser.", remedy: null } });
    const toast = await pane.findByTestId("refused");
    await press(pane, toast.querySelector<HTMLElement>("button.icon")!);
    await expect.poll(focused).toBe("preferences");
  });
});

it("what has the focus keeps it when the server that is looked at is removed elsewhere", async () => {
  const pane = await openPane("full");
  const search = pane.getByRole("textbox", { name: "Search servers" });
  await pane.user.click(open(pane, "linear")!);
  await pane.user.type(search, "o");
  await pane.fake.remove("linear");
  await expect.poll(() => pane.queryByTestId("row-linear")).toBeNull();
  await pane.user.keyboard("t");
  expect((search as HTMLInputElement).value).toBe("ot");
});

it("in a narrow window the server that was added has the focus, and not its row, which is hidden", async () => {
  vi.stubGlobal("innerWidth", 700);
  const pane = await openPane("one");
  await press(pane, pane.getByTestId("add-server"));
  await pane.user.type(pane.getByTestId("add-url"), "https://open.example.com/mcp{Enter}");
  await pane.findByTestId("row-s2-open.example.com");
  await expect.poll(focused).toBe("back");
  vi.unstubAllGlobals();
});
