import { describe, expect, it } from "vitest";
import { openPane } from "./world";

async function settingsOf(id: string) {
  const pane = await openPane("full");
  await pane.user.click(pane.getByTestId(`row-${id}`).querySelector("[data-open]")!);
  await pane.user.click(pane.getByTestId("tab-settings"));
  return pane;
}

describe("the settings", () => {
  it("send only what changed", async () => {
    const { getByTestId, fake, user } = await settingsOf("linear");
    expect(getByTestId("settings-save").hasAttribute("disabled")).toBe(true);
    await user.clear(getByTestId("settings-name"));
    await user.type(getByTestId("settings-name"), "Linear (work)");
    await user.click(getByTestId("settings-save"));
    await expect.poll(() => fake.log.at(-1)).toBe('change linear {"name":"Linear (work)"}');
    await expect.poll(() => getByTestId("row-linear").textContent).toContain("Linear (work)");
  });

  it("keep what is typed while the server changes, and say when it is saved", async () => {
    const { getByTestId, findByText, fake, user } = await settingsOf("linear");
    await user.clear(getByTestId("settings-name"));
    await user.type(getByTestId("settings-name"), "Work");
    await fake.change("linear", { description: "told elsewhere" });
    expect((getByTestId("settings-name") as HTMLInputElement).value).toBe("Work");
    await user.click(getByTestId("settings-save"));
    await findByText("Saved");
    expect(fake.log.at(-1)).toBe('change linear {"name":"Work"}');
    await fake.change("linear", { timeoutSeconds: 60 });
    await expect.poll(() => (getByTestId("settings-timeout") as HTMLInputElement).value).toBe("60");
    await findByText("Saved");
  });

  it("warn that a new address ends the sign-in", async () => {
    const { getByTestId, getByText, user } = await settingsOf("linear");
    await user.type(getByTestId("settings-url"), "/v2");
    getByText("A new address ends the sign-in.");
  });

  it("never show a header value, and keep those that are left alone", async () => {
    const { getAllByTestId, getByTestId, fake, user } = await settingsOf("search");
    const values = getAllByTestId("header-value") as HTMLInputElement[];
    expect(values.map(({ value, type }) => [value, type])).toEqual([["", "password"], ["", "password"]]);
    await user.type(values[0]!, "Bearer new");
    await user.click(getByTestId("settings-save"));
    const headers = [
      { name: "Authorization", value: "Bearer new" },
      { name: "X-Team", value: null },
    ];
    await expect.poll(() => fake.log.at(-1)).toBe(`change search ${JSON.stringify({ headers })}`);
  });

  it("take a stored key away where a sign-in comes, and show the other headers", async () => {
    const { getAllByTestId, getByTestId, fake, user } = await settingsOf("search");
    const names = () => (getAllByTestId("header-name") as HTMLInputElement[]).map(({ value }) => value);
    await user.click(getByTestId("auth-oauth"));
    expect(names()).toEqual(["X-Team"]);
    await user.click(getByTestId("auth-none"));
    expect(names()).toEqual(["Authorization", "X-Team"]);
    await user.click(getByTestId("auth-oauth"));
    await user.click(getByTestId("settings-save"));
    const change = { auth: "oauth", headers: [{ name: "X-Team", value: null }] };
    await expect.poll(() => fake.log).toContain(`change search ${JSON.stringify(change)}`);
    await expect.poll(() => fake.log).toContain("connect search");
    await user.click(getByTestId("tab-settings"));
    expect(names()).toEqual(["X-Team"]);
  });

  it("send headers beside a sign-in, and the connection tells of them", async () => {
    const { getByTestId, fake, user } = await settingsOf("linear");
    await user.click(getByTestId("add-header"));
    await user.type(getByTestId("header-name"), "X-Team");
    expect(getByTestId("settings-save").hasAttribute("disabled")).toBe(true);
    await user.type(getByTestId("header-value"), "red");
    await user.click(getByTestId("settings-save"));
    await expect.poll(() => fake.log.at(-1)).toBe(`change linear ${JSON.stringify({ headers: [{ name: "X-Team", value: "red" }] })}`);
    await user.click(getByTestId("tab-connection"));
    await expect.poll(() => getByTestId("facts").textContent).toContain("X-Team");
  });

  it("say what a header lacks once the person has gone on from it", async () => {
    const { getByTestId, getByText, queryByText, user } = await settingsOf("linear");
    const words = "A header needs a name and a value.";
    await user.click(getByTestId("add-header"));
    await user.type(getByTestId("header-name"), "X-Team");
    await user.tab();
    expect(queryByText(words)).toBeNull();
    await user.click(getByTestId("settings-name"));
    getByText(words);
    const value = getByTestId("header-value");
    expect([value.getAttribute("aria-invalid"), getByTestId("header-name").getAttribute("aria-invalid")]).toEqual(["true", null]);
    expect(document.getElementById(value.getAttribute("aria-describedby")!)?.textContent).toBe(words);
    await user.type(value, "red");
    expect(queryByText(words)).toBeNull();
    await user.clear(getByTestId("header-name"));
    expect(getByTestId("header-name").getAttribute("aria-invalid")).toBe("true");
  });

  it("keep the stored value of a header whose name is typed again as it was", async () => {
    const { getAllByTestId, getByTestId, getByText, fake, user } = await settingsOf("search");
    const [name] = getAllByTestId("header-name");
    await user.type(name!, "s");
    await user.click(getByTestId("settings-name"));
    getByText("A header needs a name and a value.");
    await user.type(name!, "{Backspace}");
    expect(name!.getAttribute("aria-invalid")).toBeNull();
    expect(getByTestId("settings-discard").hasAttribute("disabled")).toBe(true);
    await user.type(getAllByTestId("header-value")[1]!, "red");
    await user.click(getByTestId("settings-save"));
    const headers = [
      { name: "Authorization", value: null },
      { name: "X-Team", value: "red" },
    ];
    await expect.poll(() => fake.log.at(-1)).toBe(`change search ${JSON.stringify({ headers })}`);
  });

  it("offer a row for the key where headers are chosen, and take it away with them", async () => {
    const { getByTestId, getByText, queryByTestId, fake, user } = await settingsOf("linear");
    await user.click(getByTestId("auth-headers"));
    expect((getByTestId("header-name") as HTMLInputElement).value).toBe("Authorization");
    await user.click(getByTestId("auth-oauth"));
    expect([queryByTestId("header-name"), getByTestId("settings-discard").hasAttribute("disabled")]).toEqual([null, true]);
    await user.click(getByTestId("auth-headers"));
    await user.type(getByTestId("header-value"), "Bearer abc");
    await user.click(getByTestId("settings-save"));
    const change = { auth: "headers", headers: [{ name: "Authorization", value: "Bearer abc" }] };
    await expect.poll(() => fake.log).toContain(`change linear ${JSON.stringify(change)}`);
    await user.click(getByTestId("headers").querySelector(".icon")!);
    getByText("At least one header is needed.");
  });

  it.each(["0", "301", "1.5", "x", ""])("refuse a time limit of %j", async (text) => {
    const { getByTestId, user } = await settingsOf("linear");
    await user.clear(getByTestId("settings-timeout"));
    if (text) await user.type(getByTestId("settings-timeout"), text);
    expect(getByTestId("settings-timeout").getAttribute("aria-invalid")).toBe("true");
    expect(getByTestId("settings-save").hasAttribute("disabled")).toBe(true);
  });

  it("switch a server off and on", async () => {
    const { getByTestId, user } = await settingsOf("linear");
    await user.click(getByTestId("settings-enabled"));
    await expect.poll(() => getByTestId("row-linear").dataset.status).toBe("off");
    await user.click(getByTestId("turn-on"));
    await expect.poll(() => getByTestId("row-linear").dataset.status).toBe("not_signed_in");
  });

  it("keep what is typed while the person looks elsewhere, and say in words that it waits", async () => {
    const { getByTestId, queryByTestId, user } = await settingsOf("linear");
    await user.type(getByTestId("settings-name"), " (work)");
    expect(getByTestId("tab-settings").textContent).toContain("not saved");
    await user.click(getByTestId("tab-tools"));
    await user.click(getByTestId("row-notion").querySelector("[data-open]")!);
    expect(getByTestId("tab-settings").textContent).not.toContain("not saved");
    await user.click(getByTestId("row-linear").querySelector("[data-open]")!);
    expect(queryByTestId("settings-name")).toBeNull();
    expect(getByTestId("tab-settings").textContent).toContain("not saved");
    await user.click(getByTestId("tab-settings"));
    expect((getByTestId("settings-name") as HTMLInputElement).value).toBe("Linear (work)");
    await user.click(getByTestId("settings-save"));
    await expect.poll(() => getByTestId("tab-settings").textContent).not.toContain("not saved");
  });

  it("show what is new where nothing was typed", async () => {
    const { getByTestId, fake, user } = await settingsOf("linear");
    await user.click(getByTestId("tab-tools"));
    await fake.change("linear", { name: "Told elsewhere" });
    await user.click(getByTestId("tab-settings"));
    expect((getByTestId("settings-name") as HTMLInputElement).value).toBe("Told elsewhere");
  });

  it.each([
    ["own", ["its sign-in", "its client secret"], ["its private key", "its header values"]],
    ["robot", ["its sign-in", "its private key"], ["its client secret"]],
    ["hub", [], ["its sign-in", "its client secret", "its private key"]],
  ])("say all that is lost with %s, and nothing that is not there", async (id, lost, kept) => {
    const { getByTestId, user } = await openPane("mendable");
    await user.click(getByTestId(`row-${id}`).querySelector("[data-open]")!);
    await user.click(getByTestId("tab-settings"));
    await user.click(getByTestId("remove-server"));
    const said = getByTestId("remove-sheet").textContent;
    for (const part of [...lost, "its activity"]) expect(said).toContain(part);
    for (const part of kept) expect(said).not.toContain(part);
  });

  it("remove a server after saying what is lost, and go on to its neighbour", async () => {
    const { getByTestId, findByRole, queryByTestId, fake, user } = await settingsOf("search");
    await user.click(getByTestId("remove-server"));
    const sheet = await findByRole("dialog", { name: "Remove Company search?" });
    expect(sheet.textContent).toContain("its header values");
    expect(fake.log.some((line) => line.startsWith("remove"))).toBe(false);
    await user.click(getByTestId("confirm-remove"));
    await expect.poll(() => queryByTestId("row-search")).toBeNull();
    expect(getByTestId("row-old").classList).toContain("selected");
    expect(getByTestId("announcer").textContent).toBe("Company search was removed");
  });
});
