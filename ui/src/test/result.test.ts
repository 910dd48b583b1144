import { tick } from "svelte";
import { fireEvent, render, within } from "@testing-library/svelte";
import { Lexer } from "marked";
import { afterEach, describe, expect, it, vi } from "vitest";
import Markdown from "../lib/components/tools/result/markdown/Markdown.svelte";
import { markdown } from "../lib/later";
import { enLater } from "../lib/text/en.later";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

async function result(tool: string, scenario = "try") {
  const pane = await openPane(scenario);
  await markdown.load();
  await pane.user.click(await pane.findByTestId(`try-${tool}`));
  await pane.user.click(pane.getByTestId("try-run"));
  return { ...pane, result: within(await pane.findByTestId("try-result")) };
}

/** happy-dom loads no pictures, and has no canvas: this one says how large it is and what it shows. */
async function load(picture: HTMLElement, width: number, height: number) {
  Object.defineProperties(picture, { naturalWidth: { value: width }, naturalHeight: { value: height } });
  const pixels = (_x: number, _y: number, width: number, height: number) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({ drawImage() {}, getImageData: pixels } as never);
  await fireEvent.load(picture);
}

describe("the result of a tool", () => {
  it("in Markdown is drawn, without its markup and its links", async () => {
    const { result: shown, getByTestId } = await result("markdown");
    shown.getByRole("heading", { name: "Three issues wait" });
    shown.getByText("urgent", { selector: "strong" });
    shown.getByText("https://linear.app/board", { selector: "code" });
    expect(shown.getAllByRole("columnheader").map((cell) => cell.textContent)).toEqual(["Issue", "Owner"]);
    expect(shown.getByText(/the moat leaks/).textContent).toContain("leaks & smells");
    shown.getByText(/alert\("no"\)/);
    expect(getByTestId("try-result").querySelector("a, img, script, iframe")).toBeNull();
  });

  it("shows as the text that it is, too", async () => {
    const { result: shown, user } = await result("markdown");
    await user.click(shown.getByRole("button", { name: "As text" }));
    expect(shown.getByRole("region").textContent).toContain("# Three issues wait");
  });

  it("with rows is a table, a part of it at a time", async () => {
    const { result: shown, user } = await result("table");
    expect(shown.getAllByRole("row")).toHaveLength(51);
    expect(within(shown.getAllByRole("row")[1]!).getAllByRole("cell").map((cell) => cell.textContent)).toEqual([
      "ENG-1",
      "A title that is rather longer than the others, and wraps",
      "0",
      "true",
      "null",
    ]);
    await user.click(shown.getByRole("button", { name: "Show more (70 left)" }));
    expect(shown.getAllByRole("row")).toHaveLength(121);
  });

  it("with long numbers shows and copies every digit of them", async () => {
    const { result: shown, user } = await result("ids");
    shown.getByRole("cell", { name: "9007199254740993" });
    shown.getByRole("cell", { name: "18446744073709551615" });
    await user.click(shown.getByRole("button", { name: "As text" }));
    expect(shown.getByRole("region").textContent).toContain('"id": 18446744073709551615,');
    await user.click(shown.getByRole("button", { name: /^Copy/ }));
    expect(await navigator.clipboard.readText()).toContain('"id": 9007199254740993,');
  });

  it("with something deep is a tree that opens, and is not said twice", async () => {
    const { result: shown, user } = await result("tree");
    expect(shown.getAllByRole("region")).toHaveLength(1);
    shown.getByText("Engine");
    expect(shown.queryByText("line 50")).toBeNull();
    await user.click(shown.getByText("log"));
    shown.getByText("line 50");
    expect(shown.queryByText("line 51")).toBeNull();
    await user.click(shown.getByRole("button", { name: "Show more (250 left)" }));
    shown.getByText("line 250");
  });

  it("that is long is drawn a part at a time, and copied whole", async () => {
    const { result: shown, user } = await result("long");
    const drawn = () => shown.getByRole("region").textContent!.length;
    expect(drawn()).toBeLessThan(20_001);
    await user.click(shown.getByRole("button", { name: /Show more/ }));
    expect(drawn()).toBeGreaterThan(200_000);
    await user.click(shown.getByRole("button", { name: "Copy: Result" }));
    expect((await navigator.clipboard.readText()).split("\n")).toHaveLength(40_000);
  });

  it("shows sounds, addresses and what came inside", async () => {
    const { result: shown, getByTestId } = await result("sound");
    expect(shown.getByLabelText("Sound (audio/wav)").getAttribute("src")).toMatch(/^data:audio\/wav;base64,/);
    shown.getByText("file:///home/ada/notes/release.md");
    shown.getByText("What was said of the release · text/markdown");
    shown.getByRole("heading", { name: "Release" });
    shown.getByRole("img", { name: /image\/svg\+xml/ });
    shown.getByText(/application\/zip, \d+ B: cannot be shown here/);
    shown.getByText(/^\d+ B: cannot be shown here/);
    shown.getByText("hologram");
    shown.getByText("9007199254740993");
    expect(getByTestId("try-result").querySelector("a")).toBeNull();
  });

  it.each([
    ["one", "draw_chart", "image/svg+xml", /^Save to Downloads: Picture from draw_chart/, "/home/ada/Downloads/draw_chart-2026-11-25.svg"],
    ["try", "sound", "audio/wav", /^Save to Downloads: Sound/, "/home/ada/Downloads/sound-2026-11-25.wav"],
  ])("in the scenario %s of %s is kept as a file, which is shown where it lies", async (scenario, tool, kind, name, path) => {
    const { result: shown, fake, user } = await result(tool, scenario);
    await user.dblClick(shown.getByRole("button", { name }));
    expect((await shown.findByTestId("written")).textContent).toBe(`Saved as ${path}`);
    expect(fake.log.filter((line) => line.startsWith(`save ${tool} ${kind} `))).toHaveLength(1);
    await expectAccessible();
    await user.click(shown.getByRole("button", { name: "Show in folder" }));
    expect(fake.log.at(-1)).toBe(`show_download ${path}`);
  });

  it("is not kept, and says why, where there is no room", async () => {
    const { result: shown, fake, user } = await result("draw_chart", "one");
    const full = { code: "answer_not_saved", message: "The file could not be written: no space.", remedy: "Make room for it in your downloads." };
    vi.spyOn(fake, "save").mockRejectedValue(full);
    await user.click(shown.getByTestId("save-answer"));
    expect((await shown.findByTestId("write-error")).textContent).toContain("Make room");
    expect(shown.queryByTestId("written")).toBeNull();
  });

  it("that is a picture is copied as it is shown", async () => {
    const { result: shown, fake, user } = await result("draw_chart", "one");
    expect(shown.queryByTestId("copy-picture")).toBeNull();
    await load(shown.getByRole("img"), 320, 120);
    await user.click(shown.getByRole("button", { name: /^Copy picture: Picture from draw_chart/ }));
    await shown.findByRole("button", { name: "Copied" });
    expect(fake.log.at(-1)).toBe("copy_picture 320 × 120");
    await expectAccessible();
  });

  it("that is a picture says why it could not be copied, and only until it can", async () => {
    const { result: shown, fake, user } = await result("draw_chart", "one");
    await load(shown.getByRole("img"), 320, 120);
    const busy = { code: "picture_not_copied", message: "The picture could not be copied.", remedy: null };
    vi.spyOn(fake, "copyPicture").mockRejectedValueOnce(busy);
    await user.click(shown.getByTestId("copy-picture"));
    expect((await shown.findByTestId("copy-error")).textContent).toContain("could not be copied");
    await user.click(shown.getByTestId("copy-picture"));
    await shown.findByRole("button", { name: "Copied" });
    expect(shown.queryByTestId("copy-error")).toBeNull();
  });

  it("that is a picture whose pixels nobody may see stays, and says that it cannot be copied", async () => {
    const { result: shown, user } = await result("draw_chart", "one");
    await load(shown.getByRole("img"), 320, 120);
    const refuse = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({ drawImage() {}, getImageData: refuse } as never);
    await user.click(shown.getByTestId("copy-picture"));
    expect((await shown.findByTestId("copy-error")).textContent).toContain("Save it to your downloads");
    shown.getByRole("img");
  });

  it.each([
    ["without a size", 0, 0],
    ["too large", 8192, 8192],
  ])("that is a picture %s is not offered to be copied", async (_, width, height) => {
    const { result: shown } = await result("draw_chart", "one");
    await load(shown.getByRole("img"), width, height);
    expect(shown.queryByTestId("copy-picture")).toBeNull();
    shown.getByTestId("save-answer");
  });

  it("has what is no picture and no sound not saved as one", async () => {
    const { result: shown } = await result("sound");
    // The sound and the chart, and neither the archive nor what nobody named.
    expect(shown.getAllByTestId("save-answer")).toHaveLength(2);
  });

  it.each([
    ["IMAGE/PNG; charset=x", true],
    ["image/x-msdownload", false],
    ["constructor", false],
  ])("called %s by its server can be kept: %s", async (mimeType, kept) => {
    const pane = await openPane("one");
    vi.spyOn(pane.fake, "call").mockResolvedValue({ content: [{ type: "image", data: "AA==", mimeType }], structured: null, isError: false, durationMillis: 1 });
    const save = vi.spyOn(pane.fake, "save");
    await pane.user.click(await pane.findByTestId("try-draw_chart"));
    await pane.user.click(pane.getByTestId("try-run"));
    const shown = within(await pane.findByTestId("try-result"));
    expect(shown.queryAllByTestId("save-answer")).toHaveLength(kept ? 1 : 0);
    if (!kept) return;
    await pane.user.click(shown.getByTestId("save-answer"));
    expect(save).toHaveBeenCalledWith("draw_chart", mimeType, "AA==");
  });

  it.each([
    ["markdown", "Result, 84 ms"],
    ["fails", "The tool says it failed"],
  ])("%s is told as what became of it, and not read out whole", async (tool, told) => {
    const pane = await openPane("try");
    await pane.user.click(await pane.findByTestId(`try-${tool}`));
    const said = pane.getByTestId("try-said");
    expect([said.role, said.textContent]).toEqual(["status", ""]);
    await pane.user.click(pane.getByTestId("try-run"));
    expect((await pane.findByTestId("try-result")).closest("[role=status]")).toBeNull();
    expect(said.textContent).toBe(told);
  });

  it.each(["markdown", "table", "tree", "sound", "fails"])("%s is for everybody", async (tool) => {
    await result(tool);
    await expectAccessible();
  });
});

describe("an answer that cannot be drawn as what it seems to be", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("is shown as it came", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(Lexer, "lex").mockImplementation(() => {
      throw new RangeError("Maximum call stack size exceeded");
    });
    const { result: shown } = await result("markdown");
    expect(shown.getByRole("region").tagName).toBe("PRE");
  });

  it("in many pieces is drawn some at a time", async () => {
    const pane = await openPane("try");
    const content = Array.from({ length: 250 }, (_, at) => ({ type: "text" as const, text: `piece ${at}` }));
    Object.assign(pane.fake, { call: async () => ({ content, structured: null, isError: false, durationMillis: 1 }) });
    await pane.user.click(await pane.findByTestId("try-anything"));
    await pane.user.click(pane.getByTestId("try-run"));
    const shown = within(await pane.findByTestId("try-result"));
    expect(shown.getAllByText(/^piece/)).toHaveLength(100);
    await pane.user.click(shown.getByRole("button", { name: "Show more (150 left)" }));
    expect(shown.getAllByText(/^piece/)).toHaveLength(200);
  });

  it("in Markdown with many lines is drawn some at a time, and no deeper than anybody reads", () => {
    const nested = Array.from({ length: 40 }, (_, at) => `${"  ".repeat(at)}- level ${at}\n`).join("");
    const { container, getAllByRole } = render(Markdown, { text: `${"- line\n".repeat(250)}\n# then\n\n${nested}`, label: "Text", more: enLater.result.moreRows });
    expect(container.querySelectorAll("li").length).toBeLessThan(140);
    expect([...container.querySelectorAll(".raw")].map(({ textContent }) => textContent).join("")).toContain("level 39");
    expect(getAllByRole("button").map(({ textContent }) => textContent)).toEqual(["Show more (150 left)"]);
  });
});

describe("the runs of a tool", () => {
  async function twice() {
    const pane = await openPane("try");
    const { getByTestId, findByTestId, user } = pane;
    await user.click(await findByTestId("try-anything"));
    for (const text of ['{"n":1}', '{"n":2}']) {
      await user.clear(getByTestId("try-arguments"));
      await user.click(getByTestId("try-arguments"));
      await user.paste(text);
      await user.click(getByTestId("try-run"));
      await findByTestId("try-result");
    }
    const typed = () => (getByTestId("try-arguments") as HTMLTextAreaElement).value;
    const calls = () => pane.fake.log.filter((line) => line.startsWith("call"));
    return { ...pane, typed, calls };
  }

  it("are kept with their arguments, newest first", async () => {
    const { getByTestId, typed, user } = await twice();
    const history = within(getByTestId("try-history"));
    history.getByText("2 runs");
    const [second, first] = history.getAllByTestId("try-past");
    expect([second!.textContent, first!.textContent].map((text) => /\{.*\}/.exec(text!)![0])).toEqual(['{"n":2}', '{"n":1}']);
    expect(second!.getAttribute("aria-current")).toBe("true");
    await user.click(first!);
    expect(typed()).toBe('{"n":1}');
    expect(getByTestId("try-result").textContent).toMatch(/n 1/);
    await expectAccessible();
  });

  it("can be run again", async () => {
    const { getByTestId, calls, user } = await twice();
    const again = within(getByTestId("try-history")).getAllByRole("button", { name: /Run again/ });
    await user.click(again[1]!);
    await expect.poll(() => within(getByTestId("try-history")).queryByText("3 runs")).not.toBeNull();
    expect(calls().map((line) => line.slice(-7))).toEqual(['{"n":1}', '{"n":2}', '{"n":1}']);
  });

  it("say what was cancelled", async () => {
    const { findByTestId, getByTestId, user } = await openPane("one");
    await user.click(await findByTestId("try-slow_report"));
    await user.click(getByTestId("try-run"));
    await user.click(getByTestId("try-cancel"));
    await user.click(getByTestId("try-run"));
    within(getByTestId("try-history")).getByText("Cancelled");
  });

  it("tell how far the tool is, and only while it runs", async () => {
    const { findByTestId, getByTestId, getByRole, getByText, queryByRole, queryByText, user, fake } = await openPane("one");
    await user.click(await findByTestId("try-slow_report"));
    await user.click(getByTestId("try-run"));
    const bar = getByRole("progressbar", { name: "Progress" }) as HTMLProgressElement;
    expect(bar.value).toBe(40);
    getByText("Reading page 2 of 5");
    fake.tell({ type: "call_progress", call: "another", percent: 90, message: "Nothing of this" });
    await tick();
    expect(bar.value).toBe(40);
    await user.click(getByTestId("try-cancel"));
    expect([queryByRole("progressbar"), queryByText("Reading page 2 of 5")]).toEqual([null, null]);
    await user.click(getByTestId("try-run"));
    expect((getByRole("progressbar") as HTMLProgressElement).value).toBe(40);
  });
});
