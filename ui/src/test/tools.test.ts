import { fireEvent, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Fake } from "../lib/backend/fake";
import { scenarios, type Scenario } from "../lib/backend/fake/scenarios";
import { cantReach, connected, failed, moreAccess, signInAgain, type Phase } from "../lib/backend/fake/servers";
import { sampleTools } from "../lib/backend/fake/tools";
import type { ServerView } from "../lib/bindings/ServerView";
import type { ToolView } from "../lib/bindings/ToolView";
import { windowed } from "../lib/later";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

afterEach(() => void vi.unstubAllGlobals());

async function trying(tool: string) {
  const pane = await openPane("one");
  await pane.user.click(await pane.findByTestId(`try-${tool}`));
  return pane;
}

describe("the tools", () => {
  it("are listed with their parameters, and can be searched", async () => {
    const { findByTestId, getByLabelText, getByTestId, queryByTestId, user } = await openPane("one");
    const card = await findByTestId("tool-create_issue");
    await user.click(within(card).getByText("6 parameters"));
    within(card).getByText('"Engine" or "Pane" or "Docs"');
    await user.type(getByLabelText("Search 8 tools"), "picture");
    expect(queryByTestId("tool-create_issue")).toBeNull();
    expect(getByTestId("tools-count").textContent).toBe("1 tool");
    await findByTestId("tool-draw_chart");
  });
});

/** The pane with one server that is signed in, and what becomes of it. */
async function connectingPane(own: Partial<Scenario> = {}) {
  const scenario = { ...scenarios.one!(), ...own };
  const [server] = scenario.servers;
  const become = (phase: Phase, revision: number): ServerView => ({ ...server!, ...phase, revision });
  const connecting: Phase = { connection: { state: "connecting" }, status: { kind: "connecting" }, action: null };
  scenario.servers = [become(connecting, 1)];
  const pane = await openPane(scenario);
  let revision = 1000;
  const tell = async (phase: Phase) => {
    pane.fake.tell({ type: "server_changed", server: become(phase, ++revision) });
    await tick();
  };
  const current = () => pane.getByRole("tab", { selected: true }).textContent?.trim();
  return { ...pane, tell, connecting, current };
}

describe("a server that connects by itself", () => {
  it("shows the tools of the last time, and says nothing of their age", async () => {
    const { findByTestId, queryByText, tell, current } = await connectingPane();
    await findByTestId("tool-create_issue");
    expect(current()).toBe("Tools");
    expect(queryByText("From the last time it was connected.")).toBeNull();
    await tell(connected(8));
    expect(current()).toBe("Tools");
  });

  it("says that its first tools are on their way", async () => {
    const { findByText, queryByText, tell } = await connectingPane({ tools: () => [] });
    await findByText("Reading the tools…");
    const away = { code: "unreachable", message: "The server is away.", remedy: null };
    await tell(cantReach(away, 20_000));
    await findByText("Connect to see the tools.");
    expect(queryByText("Reading the tools…")).toBeNull();
  });

  it("leaves the tab as it was while it tries again", async () => {
    const { findByText, tell, connecting, current } = await connectingPane();
    const away = { code: "unreachable", message: "The server is away.", remedy: null };
    await tell(cantReach(away, 20_000));
    await findByText("From the last time it was connected.");
    await tell(connecting);
    expect(current()).toBe("Tools");
    await tell(failed(away));
    expect(current()).toBe("Connection");
    await tell({ ...connecting, error: null });
    expect(current()).toBe("Connection");
    await tell(connected(8));
    expect(current()).toBe("Tools");
  });
});

describe("trying a tool", () => {
  it("is not cancelled by the second of two fast clicks, nor begun again by keys that are held", async () => {
    const { getByTestId, findByTestId, fake, user } = await trying("slow_report");
    await user.dblClick(getByTestId("try-run"));
    await findByTestId("try-running");
    expect(fake.log).not.toContain("cancel_call");
    await user.click(getByTestId("try-cancel"));
    expect(fake.log).toContain("cancel_call");
    const calls = () => fake.log.filter((line) => line.startsWith("call")).length;
    const before = calls();
    await fireEvent.keyDown(getByTestId("try-arguments"), { key: "Enter", ctrlKey: true, repeat: true });
    expect(calls()).toBe(before);
    const held = new KeyboardEvent("keydown", { key: "Enter", repeat: true, bubbles: true, cancelable: true });
    getByTestId("try-run").dispatchEvent(held);
    expect(held.defaultPrevented).toBe(true);
  });

  it("begins with what the schema knows, and shows the answer", async () => {
    const { getByTestId, findByTestId, fake, user } = await trying("create_issue");
    const area = getByTestId("try-arguments") as HTMLTextAreaElement;
    expect(JSON.parse(area.value)).toEqual({ priority: 2 });
    await user.type(getByTestId("field-/title"), "Mend it");
    await user.selectOptions(getByTestId("field-/team"), "Engine");
    await user.click(getByTestId("try-run"));
    const result = await findByTestId("try-result");
    expect(result.dataset.error).toBe("false");
    within(result).getByText("84 ms");
    expect(fake.log.at(-1)).toBe('call linear create_issue {"priority":2,"title":"Mend it","team":"Engine"}');
  });

  it.each(["{ nope", "[1]", "7"])("does not send %j, and says why", async (text) => {
    const { getByTestId, fake, user } = await trying("create_issue");
    const area = getByTestId("try-arguments") as HTMLTextAreaElement;
    await user.clear(area);
    await user.click(area);
    await user.paste(text);
    await user.click(getByTestId("try-run"));
    expect(area.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(area);
    expect(fake.log.some((line) => line.startsWith("call"))).toBe(false);
  });

  it("shows pictures as pictures, and links as words", async () => {
    const { getByTestId, findByTestId, user } = await trying("draw_chart");
    await user.click(getByTestId("try-run"));
    const result = within(await findByTestId("try-result"));
    expect(result.getByRole("img").getAttribute("src")).toMatch(/^data:image\/svg\+xml;base64,/);
    result.getByText("https://linear.app/team/engine/charts/7");
    expect(result.queryByRole("link")).toBeNull();
  });

  it("shows what the tool calls an error as one", async () => {
    const { getByTestId, findByTestId, user } = await trying("always_fails");
    await user.click(getByTestId("try-run"));
    expect((await findByTestId("try-result")).dataset.error).toBe("true");
  });

  it("shows why no answer came", async () => {
    const { getByTestId, findByTestId, user } = await trying("needs_sign_in");
    await user.click(getByTestId("try-run"));
    const result = await findByTestId("try-result");
    expect([result.dataset.error, result.dataset.code]).toEqual(["true", "reauth_required"]);
    await user.click(within(result).getByRole("button", { name: /^Copy/ }));
    expect(await navigator.clipboard.readText()).toBe("This server needs you to sign in again. Press Reconnect.");
  });

  it("can be cancelled, and keeps what was typed over a look at another tab", async () => {
    const { getByTestId, findByTestId, getByText, fake, user } = await trying("slow_report");
    await user.click(getByTestId("try-run"));
    await user.click(getByTestId("tab-connection"));
    await user.click(getByTestId("tab-tools"));
    await user.click(await findByTestId("try-cancel"));
    getByText(/Cancelled/);
    expect(fake.log.at(-1)).toBe("cancel_call");
  });
});

describe("a tool that is being tried", () => {
  const phases: [string, Phase][] = [
    ["wants to be signed in to again", signInAgain("invalid_grant")],
    ["wants more access", moreAccess(["write"])],
    ["has failed", failed({ code: "unreachable", message: "The server is away.", remedy: null })],
  ];

  it.each(phases)("keeps its form, its answer and the focus when the server %s", async (_, phase) => {
    const { tell, findByTestId, getByTestId, user } = await connectingPane();
    await tell(connected(8));
    await user.click(await findByTestId("try-needs_sign_in"));
    const run = getByTestId("try-run");
    await user.click(run);
    const result = await findByTestId("try-result");
    await tell(phase);
    expect([getByTestId("try-run"), getByTestId("try-result"), document.activeElement]).toEqual([run, result, run]);
  });

  it("is there again after the sign-in that it asked for, and stays", async () => {
    const { tell, current, findByTestId, getByTestId, user } = await connectingPane();
    await tell(connected(8));
    await user.click(await findByTestId("try-needs_sign_in"));
    await tell(signInAgain("invalid_grant"));
    await user.click(getByTestId("connect"));
    expect(current()).toBe("Connection");
    await tell(connected(8));
    await findByTestId("try-run");
    await tell(signInAgain("invalid_grant"));
    getByTestId("try-run");
  });
});

/** A server that takes its time over its list, until it is told what to answer. */
function heldBack(fake: Fake) {
  let answer = (_: ToolView[]) => {};
  vi.spyOn(fake, "refreshTools").mockReturnValue(new Promise((resolve) => (answer = resolve)));
  return (tools: ToolView[]) => answer(tools);
}

describe("a list of tools", () => {
  const broken = () => {
    throw { code: "unreachable", message: "No answer.", remedy: null };
  };

  it("that fails is asked for once, and again when the person says so", async () => {
    const { findByTestId, fake, getByRole, user } = await openPane({ ...scenarios.one!(), tools: broken });
    expect((await findByTestId("tools-error")).dataset.code).toBe("unreachable");
    expect(fake.log.filter((line) => line.startsWith("tools"))).toEqual(["tools linear"]);
    await user.click(getByRole("button", { name: "Try again" }));
    expect(fake.log.at(-1)).toBe("refresh linear");
  });

  it("of a server that is not connected is read again from what is stored", async () => {
    const { findByTestId, getByTestId, fake, user } = await openPane("full");
    const unread = vi.spyOn(fake, "tools").mockRejectedValue({ code: "disk_failed", message: "The disk does not answer.", remedy: null });
    await user.click(getByTestId("row-sentry").querySelector("[data-open]")!);
    await user.click(getByTestId("tab-tools"));
    await findByTestId("tools-error");
    unread.mockRestore();
    await user.click(getByTestId("again"));
    await findByTestId("tool-create_issue");
    expect(fake.log).not.toContain("refresh sentry");
  });

  it("that is read again says so, and nobody has to wait for it", async () => {
    const { findByTestId, getByTestId, getByText, queryByTestId, fake, user } = await openPane("one");
    await findByTestId("tool-create_issue");
    const answer = heldBack(fake);
    await user.dblClick(getByTestId("refresh-tools"));
    getByText("Reading the tools…", { ignore: "[role=status]" });
    expect(getByTestId("tools-count").textContent).toBe("Reading the tools…");
    await expectAccessible();
    await user.click(getByTestId("stop-tools"));
    expect(document.activeElement).toBe(getByTestId("refresh-tools"));
    expect(getByTestId("tools-count").textContent).toBe("");
    answer([]);
    await tick();
    getByTestId("tool-create_issue");
    expect(queryByTestId("stop-tools")).toBeNull();
  });

  it("that failed has still failed when nobody waits for the next", async () => {
    const { findByTestId, getByTestId, getByRole, getByText, queryByTestId, fake, user } = await openPane({ ...scenarios.one!(), tools: broken });
    await findByTestId("tools-error");
    heldBack(fake);
    await user.click(getByRole("button", { name: "Try again" }));
    getByText("Reading the tools…");
    expect(queryByTestId("tools-error")).toBeNull();
    await user.click(getByTestId("stop-tools"));
    getByTestId("tools-error");
  });

  it("that is loaded anew from what is stored says nothing, and takes nothing away", async () => {
    const { findByTestId, getByTestId, queryByTestId, fake } = await openPane("one");
    await findByTestId("tool-create_issue");
    const asked = vi.spyOn(fake, "tools").mockReturnValue(new Promise(() => {}));
    fake.tell({ type: "tools_changed", id: "linear" });
    await expect.poll(() => asked.mock.calls.length).toBe(1);
    await tick();
    expect([getByTestId("tools-count").textContent, queryByTestId("stop-tools")]).toEqual(["", null]);
    expect(getByTestId("refresh-tools").hasAttribute("disabled")).toBe(false);
  });

  it("that changes what a tool takes changes its form, and nothing that was typed or has come back", async () => {
    const [tool] = sampleTools;
    let tools = [tool!];
    const { getByTestId, findByTestId, fake, user } = await openPane({ ...scenarios.one!(), tools: () => tools });
    await user.click(await findByTestId("try-create_issue"));
    await user.type(getByTestId("field-/title"), "Mend it");
    await user.selectOptions(getByTestId("field-/team"), "Engine");
    await user.click(getByTestId("try-run"));
    await findByTestId("try-result");
    tools = [{ ...tool!, inputSchema: { type: "object", required: ["points"], properties: { title: { type: "string" }, points: { type: "integer" } } } }];
    fake.tell({ type: "tools_changed", id: "linear" });
    const points = await findByTestId("field-/points");
    expect((getByTestId("field-/title") as HTMLTextAreaElement).value).toBe("Mend it");
    getByTestId("try-result");
    await user.click(getByTestId("try-run"));
    expect(document.activeElement).toBe(points);
  });

  it("is read again when the server says that it changed", async () => {
    let tools = sampleTools;
    const { findByTestId, queryByTestId, fake } = await openPane({ ...scenarios.one!(), tools: () => tools });
    await findByTestId("tool-summary");
    tools = sampleTools.slice(0, 2);
    fake.tell({ type: "tools_changed", id: "linear" });
    await expect.poll(() => queryByTestId("tool-summary")).toBeNull();
  });
});

/** Tells at once that what scrolls is as high as a window: happy-dom has no layout. */
class Observer {
  readonly #tell: (entries: unknown[]) => void;

  constructor(tell: (entries: unknown[]) => void) {
    this.#tell = tell;
  }

  observe(target: Element) {
    if (target.matches("[data-scrolls]")) queueMicrotask(() => this.#tell([{ target, contentRect: { height: 500 } }]));
  }

  unobserve() {}

  disconnect() {}
}

/** The pane with a server of more tools than are drawn. */
async function longList() {
  vi.stubGlobal("ResizeObserver", Observer);
  await windowed.load();
  const named = (name: string) => ({ ...sampleTools[0]!, name });
  let tools = Array.from({ length: 150 }, (_, at) => named(`tool_${at}`));
  const pane = await openPane({ ...scenarios.one!(), tools: () => tools });
  const first = await pane.findByTestId("tool-tool_0");
  const search = (words: string) => pane.user.type(pane.getByLabelText("Search 150 tools"), words);
  const unfold = (card: HTMLElement) => pane.user.click(within(card).getByText("6 parameters"));
  const prepend = (count: number, name: string) => {
    tools = [...Array.from({ length: count }, (_, at) => named(`${name}_${at}`)), ...tools];
    pane.fake.tell({ type: "tools_changed", id: "linear" });
  };
  return { ...pane, first, search, unfold, prepend };
}

const isUnfolded = (card: Element) => card.querySelector("details")!.open;

describe("a long list of tools", () => {
  it("shows in the cards that are there what a search found", async () => {
    const { first, search, getByTestId, queryByTestId } = await longList();
    await search("14");
    expect(getByTestId("tools-count").textContent).toBe("12 tools");
    expect(getByTestId("tool-tool_14")).toBe(first);
    expect(queryByTestId("tool-tool_0")).toBeNull();
  });

  it("never shows another tool in a card that was unfolded", async () => {
    const { first, search, unfold, getByTestId, queryByTestId, user } = await longList();
    const second = getByTestId("tool-tool_1");
    await unfold(first);
    await unfold(second);
    await search("1");
    expect(getByTestId("tool-tool_1")).toBe(second);
    expect(isUnfolded(second)).toBe(true);
    expect(queryByTestId("tool-tool_0")).toBeNull();
    expect(isUnfolded(getByTestId("tool-tool_10"))).toBe(false);
    await user.keyboard("{Backspace}");
    expect(isUnfolded(getByTestId("tool-tool_0"))).toBe(false);
    expect(isUnfolded(getByTestId("tool-tool_1"))).toBe(true);
  });

  it("keeps what has the focus, and what was unfolded, also when others come before them", async () => {
    const { first, unfold, prepend, findByTestId, getByTestId } = await longList();
    await unfold(first);
    const button = getByTestId("try-tool_2");
    button.focus();
    prepend(1, "early");
    await findByTestId("tool-early_0");
    expect(getByTestId("tool-tool_0")).toBe(first);
    expect(isUnfolded(first)).toBe(true);
    prepend(60, "late");
    await findByTestId("tool-late_0");
    expect(document.activeElement).toBe(button);
    expect(getByTestId("try-tool_2")).toBe(button);
  });
});
