import { describe, expect, it, vi } from "vitest";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

describe("adding a server", () => {
  it("shows what the address needs while it is typed, and connects an OAuth server at once", async () => {
    const { getByTestId, findByTestId, queryByTestId, fake, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    expect(getByTestId("add-save").hasAttribute("disabled")).toBe(true);
    await user.type(getByTestId("add-url"), "https://mcp.asana.com/mcp");
    expect(getByTestId("add-detection").dataset.auth).toBe("looking");
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("oauth");
    expect(fake.log.filter((line) => line.startsWith("detect"))).toEqual(["detect https://mcp.asana.com/mcp"]);
    await user.click(getByTestId("add-save"));
    await findByTestId("row-s2-mcp.asana.com");
    expect(queryByTestId("add-sheet")).toBeNull();
    expect(fake.log).toContain("connect s2-mcp.asana.com");
    expect(getByTestId("detail-status").dataset.status).toBe("finding_out");
  });

  it("takes headers and a time limit beside a sign-in", async () => {
    const { getByTestId, fake, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://mcp.asana.com/mcp");
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("oauth");
    await user.click(getByTestId("advanced-toggle"));
    await user.click(getByTestId("add-header"));
    await user.type(getByTestId("header-name"), "X-Team");
    await user.type(getByTestId("header-value"), "red");
    await user.type(getByTestId("settings-timeout"), "301");
    expect(getByTestId("add-save").hasAttribute("disabled")).toBe(true);
    await user.clear(getByTestId("settings-timeout"));
    await user.type(getByTestId("settings-timeout"), "90");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.added[0]).toMatchObject({ auth: "oauth", headers: [{ name: "X-Team", value: "red" }], timeoutSeconds: 90 });
  });

  it.each([
    ["open", [{ name: "X-Team", value: "red" }]],
    ["key", [{ name: "Authorization", value: "Bearer abc" }]],
  ])("takes what few need at %s, where nobody signs in", async (host, headers) => {
    const { getByTestId, getAllByTestId, fake, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), `https://${host}.example.com/mcp`);
    await user.click(await waitForAdvanced(getByTestId, host === "open" ? "none" : "headers"));
    if (host === "open") {
      await user.click(getByTestId("add-header"));
      await user.type(getByTestId("header-name"), "X-Team");
    }
    expect(getAllByTestId("header-name")).toHaveLength(1);
    await user.type(getByTestId("header-value"), headers[0]!.value);
    await user.type(getByTestId("settings-timeout"), "90");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.added[0]).toMatchObject({ headers, timeoutSeconds: 90 });
    expect(fake.added[0]).not.toHaveProperty("signIn");
  });

  it("says at what is closed that something in it is to be mended", async () => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://open.example.com/mcp");
    const toggle = await waitForAdvanced(getByTestId, "none");
    await user.click(toggle);
    await user.type(getByTestId("settings-timeout"), "301");
    expect(toggle.textContent).not.toContain("not right");
    await user.click(toggle);
    expect(toggle.textContent).toContain("Something in here is not right");
    expect(getByTestId("add-save").hasAttribute("disabled")).toBe(true);
  });

  it("lets the person overrule what was found, and wants a value for a header", async () => {
    const { getByTestId, getByLabelText, fake, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://mcp.asana.com/mcp");
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("oauth");
    await user.click(getByTestId("add-change"));
    await user.click(getByTestId("auth-headers"));
    expect(getByTestId("add-detection").dataset.auth).toBe("headers");
    expect(getByTestId("add-save").hasAttribute("disabled")).toBe(true);
    await user.type(getByLabelText("Value of header 1"), "Bearer abc");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.log).toContain("add https://mcp.asana.com/mcp headers");
    expect(fake.log.some((line) => line.startsWith("connect"))).toBe(false);
  });

  it("asks when it cannot find out", async () => {
    const { getByTestId, findByTestId, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://down.example.com/mcp");
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("unknown");
    await user.click(await findByTestId("auth-none"));
    expect(getByTestId("add-save").hasAttribute("disabled")).toBe(false);
  });

  it("adds as soon as it knows where Enter was pressed too early", async () => {
    const { getByTestId, fake, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://open.example.com/mcp{Enter}");
    await expect.poll(() => fake.log).toContain("add https://open.example.com/mcp none");
  });

  it("waits with that for whoever goes on to a name", async () => {
    const { getByTestId, fake, user } = await openPane("one");
    const detect = fake.detect.bind(fake);
    let typed = () => {};
    const half = new Promise<void>((resolve) => (typed = resolve));
    fake.detect = (url) => half.then(() => detect(url));
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://open.example.com/mcp{Enter}");
    await user.type(getByTestId("add-name"), "My");
    typed();
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("none");
    await user.type(getByTestId("add-name"), " notes");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.added.map(({ name }) => name)).toEqual(["My notes"]);
  });

  it.each([
    ["the first letter of a key", "key", "headers"],
    ["the choice of the person", "down", "unknown"],
  ])("does not take %s for the whole because Enter was pressed before", async (_, host, found) => {
    const { getByTestId, getByLabelText, fake, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), `https://${host}.example.com/mcp{Enter}`);
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe(found);
    if (found === "headers") await user.type(getByLabelText("Value of header 1"), "B");
    else await user.click(getByTestId("auth-none"));
    expect(getByTestId("add-save").hasAttribute("disabled")).toBe(false);
    expect(fake.added).toEqual([]);
  });

  it("stops looking when told to", async () => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://mcp.asana.com/mcp");
    await user.click(getByTestId("add-stop"));
    expect(getByTestId("add-detection").dataset.auth).toBe("stopped");
    getByTestId("auth-oauth");
    await user.click(getByTestId("add-again"));
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("oauth");
  });

  it("looks once more at an address that could not be looked at", async () => {
    const { getByTestId, findByTestId, fake, user } = await openPane("one");
    const away = vi.spyOn(fake, "detect").mockRejectedValue({ code: "unreachable", message: "There is no network.", remedy: null });
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://open.example.com/mcp");
    const again = await findByTestId("add-again");
    await expectAccessible();
    away.mockRestore();
    await user.click(again);
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("none");
  });

  it("points to the server that already has the address", async () => {
    const { getByTestId, getByRole, queryByTestId, user } = await openPane("full");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://mcp.figma.com/mcp");
    expect(getByTestId("add-duplicate").textContent).toContain("as Figma");
    await user.click(getByRole("button", { name: "Show it" }));
    expect(queryByTestId("add-sheet")).toBeNull();
    expect(getByTestId("row-figma").classList).toContain("selected");
  });

  it("refuses plain http, but not on this computer", async () => {
    const { getByTestId, getByText, queryByText, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "http://mcp.example.com");
    getByText(/Use https/);
    await user.clear(getByTestId("add-url"));
    await user.type(getByTestId("add-url"), "http://127.0.0.1:8000/mcp");
    expect(queryByText(/Use https/)).toBeNull();
  });

  it.each(["https://mcp", "intranet:8080/mcp", "github/mcp"])("says of %s that it is no address yet, and no more loudly than that", async (typed) => {
    const { getByTestId, getByText, queryByText, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), typed);
    const hint = getByText("This is not a web address yet.");
    expect([hint.className, hint.closest("[role=status]")]).toEqual(["hint", null]);
    await user.clear(getByTestId("add-url"));
    await user.type(getByTestId("add-url"), "https://mcp.asana.com");
    expect(queryByText("This is not a web address yet.")).toBeNull();
  });

  it("adds a second account on the same address, under another name", async () => {
    const { getByTestId, queryByTestId, fake, user } = await openPane("full");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://mcp.figma.com/mcp");
    await user.click(getByTestId("add-anyway"));
    const name = getByTestId("add-name") as HTMLInputElement;
    expect([document.activeElement, name.value]).toEqual([name, "Figma (2)"]);
    await user.clear(name);
    await user.type(name, "Figma");
    await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe("oauth");
    expect(getByTestId("add-save").hasAttribute("disabled")).toBe(true);
    await user.type(name, " at work");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => queryByTestId("add-sheet")).toBeNull();
    expect(fake.added).toEqual([
      { url: "https://mcp.figma.com/mcp", auth: "oauth", headers: [], name: "Figma at work", sameUrl: true },
    ]);
  });

  it("takes a client that was registered by hand along", async () => {
    const { getByTestId, queryByTestId, fake, user } = await openPane("one");
    await user.click(getByTestId("add-server"));
    await user.type(getByTestId("add-url"), "https://mcp.asana.com/mcp");
    await user.click(await waitForAdvanced(getByTestId));
    await user.type(getByTestId("client-id"), "mine");
    await user.type(getByTestId("client-secret"), "s3cret");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => queryByTestId("add-sheet")).toBeNull();
    expect(fake.added[0]).toMatchObject({ signIn: { clientId: "mine" }, clientSecret: "s3cret" });
  });
});

async function waitForAdvanced(getByTestId: (id: string) => HTMLElement, auth = "oauth") {
  await expect.poll(() => getByTestId("add-detection").dataset.auth).toBe(auth);
  return getByTestId("advanced-toggle");
}
