import { tick as settled } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { someConfigs } from "../lib/backend/fake/import";
import { screens } from "../lib/later";
import { broughtBy, kindOf, TEXT_LIMIT } from "../lib/state/brought";
import { expectAccessible } from "./axe";
import { carrying, drag, paste } from "./bring";
import { openPane } from "./world";

const list = (servers: object) => JSON.stringify({ mcpServers: servers });

async function openImport(scenario = "import") {
  const pane = await openPane(scenario);
  await pane.user.click(pane.getByTestId("add-server"));
  await pane.user.click(pane.getByTestId("add-import"));
  await expect.poll(() => pane.getByTestId("import-state").dataset.phase).toBe("choosing");
  const row = (name: string) => document.querySelector<HTMLElement>(`[data-testid=import-row][data-name="${name}"]`)!;
  const tick = (name: string) => row(name).querySelector<HTMLInputElement>("input")!;
  const fates = () => [...document.querySelectorAll<HTMLElement>("[data-testid=import-row]")].map(({ dataset }) => `${dataset.name} ${dataset.fate}`);
  return { ...pane, row, tick, fates };
}

it("the veil of a drag stays until the drag has left the window", async () => {
  const { queryByTestId } = await openPane("one");
  const transfer = carrying([], "text");
  drag("dragenter", transfer);
  drag("dragenter", transfer, document.documentElement);
  drag("dragleave", transfer);
  await settled();
  expect(queryByTestId("drop-target")).not.toBeNull();
  drag("dragleave", transfer, document.documentElement);
  await settled();
  expect(queryByTestId("drop-target")).toBeNull();
});

describe("importing", () => {
  it("shows what other programs know, and ticks what is new", async () => {
    const { getAllByTestId, tick, row, getByTestId } = await openImport();
    expect([getByTestId("import-state").className, getByTestId("import-state").textContent]).toEqual([expect.stringContaining("hidden"), ""]);
    expect(getAllByTestId("import-list").map(({ dataset }) => dataset.list)).toEqual(["claude-desktop", "cursor", "zed"]);
    expect([tick("tickets").checked, tick("Tickets").checked]).toEqual([true, false]);
    expect(row("Tickets").textContent).toContain("The same address as tickets above.");
    expect(row("Company search").textContent).toMatch(/authorization\s*••••••/);
    expect(document.body.textContent).not.toContain("s3cret");
    expect(getByTestId("import-unread").dataset.code).toBe("import_not_json");
    expect(getByTestId("import-left").textContent).toContain("2 cannot be taken");
    expect(getByTestId("import-go").textContent).toContain("Import 4 servers");
    await expectAccessible();
  });

  it("adds what is ticked, one outcome a row, and offers to connect", async () => {
    const { user, getByTestId, getAllByTestId, findByTestId, tick, fates, queryByTestId, fake } = await openImport();
    await user.click(tick("Company search"));
    await user.click(getByTestId("import-go"));
    expect(getByTestId("import-go").hasAttribute("disabled")).toBe(true);
    const done = await findByTestId("import-done");
    expect(fates().map((fate) => fate.replace(/^A wiki.*(?= )/, "A wiki"))).toEqual(["tickets added", "A wiki added", "Gone refused"]);
    expect(getByTestId("import-state").textContent).toBe("2 of 3 were added.");
    expect(fake.log.filter((line) => line.startsWith("import "))).toHaveLength(3);
    expect(document.activeElement).toBe(done);
    await expectAccessible();
    await user.click(getAllByTestId("import-connect")[0]!);
    expect(queryByTestId("import-sheet")).toBeNull();
    expect(fake.log.some((line) => line.startsWith("connect ") && line.includes("tickets"))).toBe(true);
    expect(getByTestId("tab-connection").getAttribute("aria-selected")).toBe("true");
  });

  it("stops when told to; what has begun is done", async () => {
    const { user, getByTestId, findByTestId, fates, fake } = await openImport("one");
    const many = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`s${at}`, { url: `https://s${at}.example.com/mcp` }]));
    paste(list(many), getByTestId("import-text"));
    await user.click(getByTestId("import-go"));
    expect(getByTestId("import-state").textContent).toBe("Adding: 0 of 6 done…");
    await user.click(getByTestId("import-stop"));
    await findByTestId("import-done");
    expect(fates()).toEqual(["s0 added", "s1 added", "s2 added", "s3 added"]);
    expect(getByTestId("import-state").textContent).toBe("4 of 6 were added.");
    expect(fake.added).toHaveLength(4);
  });

  it("keeps a list that is brought meanwhile, counts what was begun with alone, and shows that list next", async () => {
    const { user, getByTestId, findByTestId, fates, row, tick, fake } = await openImport("one");
    paste(list({ one: { url: "https://one.example.com/mcp" }, gone: { url: "https://refused.example.com/mcp" } }), getByTestId("import-text"));
    await user.click(getByTestId("import-go"));
    paste(list({ two: { url: "https://two.example.com/mcp" } }));
    await expect.poll(() => fake.log.filter((line) => line === "preview_import")).toHaveLength(2);
    const next = await findByTestId("import-done");
    expect([getByTestId("import-state").textContent, fates()]).toEqual(["1 of 2 was added.", ["one added", "gone refused"]]);
    expect(next.textContent).toContain("Show");
    await user.click(next);
    expect([row("one"), tick("two").checked, getByTestId("import-go").textContent?.trim()]).toEqual([null, true, "Import 1 server"]);
    await user.click(getByTestId("import-go"));
    expect(getByTestId("import-state").textContent).toBe("Adding: 0 of 1 done…");
    expect((await findByTestId("import-done")).textContent).toContain("Done");
    expect([getByTestId("import-state").textContent, fates()]).toEqual(["1 server was added.", ["two added"]]);
  });

  it("goes on with a list that is brought when all is done", async () => {
    const { user, getByTestId, findByTestId, row, tick } = await openImport("one");
    paste(list({ one: { url: "https://one.example.com/mcp" } }), getByTestId("import-text"));
    await user.click(getByTestId("import-go"));
    await findByTestId("import-done");
    paste(list({ two: { url: "https://two.example.com/mcp" } }));
    await expect.poll(() => row("two")).toBeTruthy();
    expect([row("one"), tick("two").checked, getByTestId("import-state").dataset.phase]).toEqual([null, true, "choosing"]);
  });

  it("ticks and unticks a whole list", async () => {
    const { user, getByTestId, tick } = await openImport();
    const all = getByTestId("import-all") as HTMLInputElement;
    expect([all.checked, all.indeterminate]).toEqual([false, true]);
    await user.click(all);
    expect([tick("Tickets").checked, all.checked, all.indeterminate]).toEqual([true, true, false]);
    await user.click(all);
    expect(getByTestId("import-go").textContent).toContain("Import 1 server");
  });

  it("goes by keyboard alone", async () => {
    const { user, getByTestId, findByTestId, queryByTestId } = await openImport();
    getByTestId("import-all").focus();
    await user.tab();
    await user.keyboard(" ");
    getByTestId("import-cancel").focus();
    await user.tab();
    expect(document.activeElement).toBe(getByTestId("import-go"));
    await user.keyboard("{Enter}");
    await findByTestId("import-done");
    await user.keyboard("{Enter}");
    expect(queryByTestId("import-sheet")).toBeNull();
    expect(getByTestId("detail-status")).toBeTruthy();
  });

  it("says so where no program has a list, and takes a pasted one off the screen", async () => {
    const { getByTestId, row, fake } = await openImport("one");
    expect(getByTestId("import-state").textContent).toBe("No program with a list was found on this computer.");
    await expectAccessible();
    const field = getByTestId("import-text") as HTMLTextAreaElement;
    paste(list({ notes: { url: "https://key.example.com/mcp", headers: { "X-Key": "s3cret" } } }), field);
    await expect.poll(() => row("notes")).toBeTruthy();
    expect(field.isConnected ? field.value : "").toBe("");
    expect(document.body.innerHTML).not.toContain("s3cret");
    expect(fake.log).toContain("preview_import");
  });

  it("looks again for the lists of other programs where that went wrong", async () => {
    const { user, fake, getByTestId, findByTestId } = await openPane("import");
    const unread = vi.spyOn(fake, "findConfigs").mockRejectedValue({ code: "disk_failed", message: "The disk does not answer.", remedy: null });
    await user.click(getByTestId("add-server"));
    await user.click(getByTestId("add-import"));
    await findByTestId("import-problem");
    expect(getByTestId("import-state").textContent).toBe("");
    await expectAccessible();
    unread.mockRestore();
    await user.click(getByTestId("again"));
    await expect.poll(() => document.querySelector("[data-testid=import-row]")).not.toBeNull();
  });

  it("reads the list of a program again that could not be read, and leaves the others as they are", async () => {
    const { user, fake, row, tick, getByTestId, queryByTestId } = await openImport();
    const mended = (await fake.findConfigs()).map((config) => ({ ...config, problem: null }));
    const lists = () => document.querySelectorAll("[data-testid=import-list]").length;
    const before = lists();
    await user.click(tick("tickets"));
    vi.spyOn(fake, "findConfigs").mockResolvedValue(mended);
    await user.click(getByTestId("again"));
    await expect.poll(() => queryByTestId("import-unread")).toBeNull();
    expect([lists(), row("tickets").isConnected, tick("tickets").checked]).toEqual([before, true, false]);
  });

  it("says what is wrong with a list that cannot be read, and lets it go", async () => {
    const { user, getByTestId, queryByTestId, findByTestId, getByLabelText } = await openImport("one");
    await user.type(getByTestId("import-text"), "nonsense");
    await user.click(getByTestId("import-show"));
    expect((await findByTestId("import-unread")).dataset.code).toBe("import_not_json");
    expect((getByTestId("import-text") as HTMLTextAreaElement).value).toBe("nonsense");
    await expectAccessible();
    await user.click(getByTestId("import-show"));
    await expect.poll(() => document.querySelectorAll("[data-testid=import-unread]").length).toBe(1);
    await user.click(getByLabelText("Leave out Pasted"));
    expect(queryByTestId("import-unread")).toBeNull();
  });

  it("marks what is in the list already", async () => {
    const { tick, row, getByTestId } = await openImport("one");
    paste(list({ again: { url: "https://mcp.linear.app/mcp" } }), getByTestId("import-text"));
    await expect.poll(() => row("again")).toBeTruthy();
    expect(tick("again").checked).toBe(false);
    expect(row("again").textContent).toContain("Already in the list, as Linear.");
  });
});

describe("a list that is dropped", () => {
  const file = (text: string, name = "mcp.json") => new File([text], name, { type: "application/json" });

  it("opens the sheet under its name", async () => {
    const { findByTestId, getAllByTestId, queryByTestId } = await openPane("one");
    const transfer = carrying([file(list({ notes: { url: "https://notes.example.com/mcp" } }))]);
    expect(drag("dragover", transfer).defaultPrevented).toBe(true);
    await findByTestId("drop-target");
    expect(drag("drop", transfer).defaultPrevented).toBe(true);
    await findByTestId("import-row");
    expect(queryByTestId("drop-target")).toBeNull();
    expect(getAllByTestId("import-list")[0]!.textContent).toContain("mcp.json");
  });

  it("is told apart from what is moved within the window", async () => {
    const { queryByTestId } = await openPane("one");
    const transfer = carrying([], "server");
    drag("dragstart", transfer);
    expect(drag("dragover", transfer).defaultPrevented).toBe(false);
    drag("drop", transfer);
    drag("dragend", transfer);
    expect(queryByTestId("import-sheet")).toBeNull();
  });

  it("is left alone while another sheet is open, and the page stays where it is", async () => {
    const { user, getByTestId, queryByTestId } = await openPane("one");
    await user.click(getByTestId("preferences"));
    const transfer = carrying([file("{}")]);
    expect(drag("dragover", transfer).defaultPrevented).toBe(true);
    expect(drag("drop", transfer).defaultPrevented).toBe(true);
    expect(queryByTestId("import-sheet")).toBeNull();
  });

  it("is not read where it is too large, or no file at all", async () => {
    const large = { name: "large.json", size: TEXT_LIMIT + 1, text: () => Promise.reject(new Error("read")) } as File;
    const folder = { name: "folder", size: 0, text: () => Promise.reject(new Error("a folder")) } as File;
    expect(await broughtBy([large, folder])).toEqual([
      { name: "large.json", text: "", problem: "too_large" },
      { name: "folder", text: "", problem: "unreadable" },
    ]);
    const { findAllByTestId } = await openPane("one");
    const transfer = carrying([large, folder]);
    drag("dragover", transfer);
    drag("drop", transfer);
    const told = await findAllByTestId("import-unread");
    expect(told.map(({ dataset }) => dataset.code).sort()).toEqual(["import_too_large", "import_unreadable"]);
  });

  it("leaves what was typed into another sheet below it", async () => {
    const { user, getByTestId, findByTestId, queryByTestId } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://mcp.example.com/mcp");
    const transfer = carrying([file(list({ notes: { url: "https://notes.example.com/mcp" } }))]);
    drag("dragover", transfer);
    drag("drop", transfer);
    await findByTestId("import-row");
    await expectAccessible();
    await user.click(getByTestId("import-cancel"));
    expect(queryByTestId("import-sheet")).toBeNull();
    expect((getByTestId("add-url") as HTMLInputElement).value).toBe("https://mcp.example.com/mcp");
    expect(document.activeElement).toBe(getByTestId("add-url"));
  });

  it("is no other text, and an address is added", async () => {
    const { getByTestId, findByTestId, queryByTestId } = await openPane("one");
    drag("drop", carrying([], "hello"));
    // The drop has waited for the same, and before.
    await screens.load();
    await settled();
    expect(document.querySelector("dialog[open]")).toBeNull();
    drag("drop", carrying([], " https://mcp.asana.com/v2/mcp "));
    expect(((await findByTestId("add-url")) as HTMLInputElement).value).toBe("https://mcp.asana.com/v2/mcp");
    expect([queryByTestId("import-sheet"), getByTestId("add-sheet").isConnected]).toEqual([null, true]);
  });

  it("goes to the field that it is dropped on, where it is text", async () => {
    const { user, getByTestId, queryByTestId } = await openPane("one");
    await user.click(getByTestId("add-server"));
    const transfer = carrying([], list({ notes: { url: "https://notes.example.com/mcp" } }));
    drag("dragover", transfer);
    await settled();
    expect(queryByTestId("drop-target")).not.toBeNull();
    expect(drag("dragover", transfer, getByTestId("add-url")).defaultPrevented).toBe(false);
    await settled();
    expect(queryByTestId("drop-target")).toBeNull();
    expect(drag("drop", transfer, getByTestId("add-url")).defaultPrevented).toBe(false);
    await screens.load();
    await settled();
    expect([queryByTestId("import-sheet"), queryByTestId("add-sheet")]).toEqual([null, getByTestId("add-sheet")]);
    expect(drag("dragover", carrying([file("{}")]), getByTestId("add-url")).defaultPrevented).toBe(true);
  });

  it("may be text", async () => {
    const { findByTestId } = await openPane("one");
    const transfer = carrying([], list({ notes: { url: "https://notes.example.com/mcp" } }));
    drag("dragover", transfer);
    drag("drop", transfer);
    await findByTestId("import-row");
  });
});

describe("a paste onto the window", () => {
  it("opens what it fits", async () => {
    const { findByTestId, getByTestId, user, queryByTestId } = await openPane("one");
    paste("hello");
    // The paste has waited for the same, and before.
    await screens.load();
    await settled();
    expect(document.querySelector("dialog[open]")).toBeNull();
    paste(list({ notes: { url: "https://notes.example.com/mcp" } }));
    await findByTestId("import-row");
    await user.click(getByTestId("import-cancel"));
    expect(queryByTestId("import-sheet")).toBeNull();
    paste(" https://mcp.asana.com/v2/mcp ");
    expect(((await findByTestId("add-url")) as HTMLInputElement).value).toBe("https://mcp.asana.com/v2/mcp");
  });

  it("that is a list leads from the address to the import", async () => {
    const { findByTestId, getByTestId, user, queryByTestId } = await openPane("one");
    await user.click(getByTestId("add-server"));
    paste(list({ notes: { url: "https://notes.example.com/mcp" } }), getByTestId("add-url"));
    await findByTestId("import-row");
    expect(queryByTestId("add-sheet")).toBeNull();
  });

  it.each([
    ['{ "mcpServers": {} }', "list"],
    ['"notes": { "url": "https://a.example" }', "list"],
    ['[mcp_servers.notes]\nurl = "https://a.example"', "list"],
    ["name: Mine\nmcpServers:\n  - url: https://a.example", "list"],
    ["https://a.example/mcp", "address"],
    ["http://a.example/mcp", null],
    ["a.example", null],
    ["", null],
  ])("takes %s for %s", (text, kind) => expect(kindOf(text)).toBe(kind));
});

it("the pretended programs hold a secret, so that its absence means something", () => {
  expect(someConfigs.some(({ text }) => text.includes("s3cret"))).toBe(true);
});
