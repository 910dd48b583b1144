import { describe, expect, it, vi } from "vitest";
import { found, MOST } from "../lib/components/palette/find";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

async function openPalette(scenario: string) {
  const pane = await openPane(scenario);
  await pane.user.keyboard("{Control>}k{/Control}");
  const input = (await pane.findByTestId("palette-input")) as HTMLInputElement;
  const offered = () => pane.queryAllByRole("option").map((option) => option.querySelector(".label")!.textContent);
  const active = () => document.getElementById(input.getAttribute("aria-activedescendant") ?? "")?.querySelector(".label")?.textContent;
  return { ...pane, input, offered, active };
}

describe("the palette", () => {
  it("opens a server by a part of its name", async () => {
    const { user, active, queryByTestId, findByRole } = await openPalette("full");
    await expectAccessible();
    await user.keyboard("figm");
    expect(active()).toBe("Figma");
    await user.keyboard("{Enter}");
    expect(queryByTestId("palette")).toBeNull();
    await findByRole("heading", { name: "Figma", level: 2 });
  });

  it("does what the button of the server does", async () => {
    const { user, fake, active } = await openPalette("patient");
    await user.keyboard("connect");
    expect(active()).toBe("Connect");
    await user.keyboard("{Enter}");
    await expect.poll(() => fake.log).toContain("connect github");
  });

  it("offers what can be done just now, and nothing else", async () => {
    const { offered } = await openPalette("one");
    expect(offered()).toContain("Sign out");
    expect(offered()).toContain("Turn off");
    expect(offered()).toContain("Reconnect to the server");
    expect(offered()).not.toContain("Turn on");
    expect(offered()).not.toContain("Move up in the list");
    expect(offered()).not.toContain("Reconnect all");
  });

  it("opens a connection anew, and begins no sign-in", async () => {
    const { user, fake, active } = await openPalette("one");
    await user.keyboard("reconnect");
    expect(active()).toBe("Reconnect to the server");
    await user.keyboard("{Enter}");
    await expect.poll(() => fake.log).toContain("connect linear");
    expect(fake.log.some((line) => line.startsWith("sign_in"))).toBe(false);
  });

  it("says what it copied", async () => {
    const { user, findByTestId } = await openPalette("one");
    await user.keyboard("copy address{Enter}");
    expect((await findByTestId("said")).textContent).toContain("Address copied");
    expect(await navigator.clipboard.readText()).toBe("https://mcp.linear.app/mcp");
  });

  it("asks before it removes", async () => {
    const { user, fake, findByTestId } = await openPalette("one");
    await user.keyboard("remove{Enter}");
    await findByTestId("confirm-remove");
    expect(fake.log.filter((line) => line.startsWith("remove"))).toEqual([]);
  });

  it("walks round and round, and goes away without a trace", async () => {
    const pane = await openPane("full");
    pane.getByTestId("preferences").focus();
    await pane.user.keyboard("{Control>}k{/Control}");
    const first = (await pane.findAllByRole("option"))[0]!;
    const selected = () => pane.getByRole("option", { selected: true });
    expect(selected()).toBe(first);
    await pane.user.keyboard("{ArrowUp}");
    expect(selected()).toBe(pane.getAllByRole("option").at(-1));
    await pane.user.keyboard("{ArrowDown}");
    expect(selected()).toBe(first);
    await pane.user.keyboard("{Escape}");
    expect(pane.queryByTestId("palette")).toBeNull();
    expect(document.activeElement).toBe(pane.getByTestId("preferences"));
  });

  it("says that nothing matches", async () => {
    const { user, getByTestId, input } = await openPalette("full");
    await user.keyboard("nothing like it");
    expect(getByTestId("palette-none").textContent).toBe("Nothing matches “nothing like it”.");
    expect(input.getAttribute("aria-expanded")).toBe("false");
    await expectAccessible();
    await user.keyboard("{Enter}");
    expect(getByTestId("palette")).toBeTruthy();
  });

  it("shows the best of many, and how many there are", async () => {
    const { user, offered, getByTestId } = await openPalette("thousand");
    await user.keyboard("server 77");
    expect(offered()[0]).toBe("Server 77");
    expect(offered().length).toBeLessThanOrEqual(MOST);
    await user.clear(getByTestId("palette-input"));
    await user.keyboard("server");
    expect(offered()).toHaveLength(MOST);
    expect(getByTestId("palette-more").textContent).toMatch(/^50 of \d{4} · /);
  });

  it("is for the mouse, too", async () => {
    const { user, getByTestId, findByTestId } = await openPane("full");
    await user.click(getByTestId("palette-open"));
    await user.click(await findByTestId("palette-preferences"));
    await findByTestId("preferences-save");
  });
});

describe("what is found", () => {
  const entry = (label: string, note = "") => ({ id: label, label, note, run: vi.fn() });
  const labels = (query: string, ...entries: ReturnType<typeof entry>[]) => found(entries, query).map(({ label }) => label);

  it("has every word, whatever its case and accents", () => {
    expect(labels("CAFE berlin", entry("Café", "Berlin"), entry("Café", "Paris"))).toEqual(["Café"]);
  });

  it("comes with what begins so first, then words that do, then what only holds it", () => {
    expect(labels("mail", entry("Hotmail"), entry("Fast", "mail.example"), entry("My mail"), entry("Mailbox"))).toEqual([
      "Mailbox",
      "My mail",
      "Hotmail",
      "Fast",
    ]);
  });
});

describe("the sheet of shortcuts", () => {
  it("is opened by a question mark, unless somebody types one", async () => {
    const { user, getByTestId, findByTestId, queryByTestId } = await openPane("full");
    await user.type(getByTestId("add-server").closest("nav")!.querySelector("input")!, "?");
    expect(queryByTestId("shortcuts-sheet")).toBeNull();
    getByTestId("preferences").focus();
    await user.keyboard("?");
    const sheet = await findByTestId("shortcuts-sheet");
    expect(sheet.textContent).toContain("Keyboard shortcuts");
    const keys = [...sheet.querySelectorAll(".keys")].map((stroke) => stroke.textContent);
    expect(keys).toEqual(expect.arrayContaining(["CtrlK", "CtrlN", "CtrlF", "Ctrl,", "CtrlQ", "Esc", "Alt↑"]));
    await expectAccessible();
    await user.click(getByTestId("shortcuts-close"));
    expect(queryByTestId("shortcuts-sheet")).toBeNull();
  });

  it("has the keys of a Mac on one", async () => {
    vi.spyOn(navigator, "platform", "get").mockReturnValue("MacIntel");
    try {
      const { user, findByTestId } = await openPane("full");
      await user.keyboard("{Meta>}/{/Meta}");
      const sheet = await findByTestId("shortcuts-sheet");
      expect(sheet.querySelector(".keys")!.textContent).toBe("⌘K");
    } finally {
      vi.restoreAllMocks();
    }
  });
});
