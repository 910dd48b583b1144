import { afterEach, describe, expect, it, vi } from "vitest";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

async function settingsOf(id: string) {
  const pane = await openPane("mendable");
  await pane.user.click(pane.getByTestId(`row-${id}`).querySelector("[data-open]")!);
  await pane.user.click(pane.getByTestId("tab-settings"));
  const value = (testid: string) => (pane.getByTestId(testid) as HTMLInputElement).value;
  const changed = async () => {
    await pane.user.click(pane.getByTestId("settings-save"));
    await expect.poll(() => pane.fake.log.some((line) => line.startsWith("change "))).toBe(true);
    const line = pane.fake.log.filter((one) => one.startsWith("change ")).at(-1)!;
    return JSON.parse(line.slice(line.indexOf("{"))) as Record<string, unknown>;
  };
  return { ...pane, value, changed };
}

const open = ({ getByTestId }: Awaited<ReturnType<typeof settingsOf>>) =>
  (getByTestId("advanced") as HTMLDetailsElement).open;

describe("the advanced settings", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("are closed, and say in a few words what is set", async () => {
    const settings = await settingsOf("own");
    expect(open(settings)).toBe(false);
    expect(settings.getByTestId("advanced-toggle").textContent).toContain(
      "127.0.0.1 · own client id · own scopes · more parameters",
    );
  });

  it("say while they are closed that something in them is to be mended", async () => {
    const { getByTestId, user } = await settingsOf("own");
    const toggle = getByTestId("advanced-toggle");
    await user.click(toggle);
    await user.type(getByTestId("redirect-path"), "back");
    await user.click(toggle);
    expect(toggle.textContent).toContain("Something in here is not right");
    await user.clear(getByTestId("redirect-path"));
    expect(toggle.textContent).toContain("own client id");
  });

  it("show what is stored, and the exact address to register", async () => {
    const { value, getByTestId } = await settingsOf("own");
    expect(value("client-id")).toBe("drawbridge-42");
    expect(value("redirect-port")).toBe("8123");
    expect(value("scopes")).toBe("read write");
    expect(getByTestId("redirect-uri").textContent).toBe("http://127.0.0.1:8123/callback");
  });

  it("send the whole options when one changed, and the secret not at all", async () => {
    const { getByTestId, changed, user } = await settingsOf("own");
    await user.click(getByTestId("surface-browser"));
    expect(await changed()).toEqual({
      signIn: {
        surface: "browser",
        rememberPage: false,
        redirect: { kind: "loopback", port: 8123 },
        clientId: "drawbridge-42",
        scopes: ["read", "write"],
        authorizeParameters: [{ name: "audience", value: "tools" }],
        issuer: { kind: "exact" },
        allowMissingPkce: false,
        omitResource: false,
        flow: "person",
      },
    });
  });

  it("remember the page of the window, and offer that only where there is one", async () => {
    const { getByTestId, queryByTestId, changed, user } = await settingsOf("own");
    await user.click(getByTestId("surface-browser"));
    expect(queryByTestId("remember-page")).toBeNull();
    await user.click(getByTestId("surface-popup"));
    await user.click(getByTestId("remember-page"));
    expect(await changed()).toMatchObject({ signIn: { rememberPage: true } });
    expect(getByTestId("advanced-toggle").textContent).toContain("page remembered");
  });

  it("offer on a Mac no remembering, which there is not", async () => {
    vi.spyOn(navigator, "platform", "get").mockReturnValue("MacIntel");
    const { getByTestId, queryByTestId, user } = await settingsOf("own");
    await user.click(getByTestId("surface-popup"));
    expect(queryByTestId("remember-page")).toBeNull();
  });

  it("say that a secret is stored and never show it; replaced, it is sent", async () => {
    const { getByTestId, queryByTestId, changed, user } = await settingsOf("own");
    expect(getByTestId("client-secret-state").textContent).toContain("A secret is stored.");
    expect(queryByTestId("client-secret")).toBeNull();
    await user.click(getByTestId("client-secret-replace"));
    expect(document.activeElement).toBe(getByTestId("client-secret"));
    await user.type(getByTestId("client-secret"), "s3cret");
    expect(await changed()).toEqual({ clientSecret: "s3cret" });
    expect(document.body.innerHTML).not.toContain("s3cret");
  });

  it("clear a secret only when told to, and that can be taken back", async () => {
    const { getByTestId, changed, user } = await settingsOf("own");
    await user.click(getByTestId("client-secret-clear"));
    await user.click(getByTestId("client-secret-keep"));
    expect(getByTestId("settings-save").hasAttribute("disabled")).toBe(true);
    await user.click(getByTestId("client-secret-clear"));
    expect(await changed()).toEqual({ clientSecret: null });
  });

  it("say that a change ends the sign-in before it is saved, and connect after it", async () => {
    const { getByTestId, queryByTestId, changed, fake, user } = await settingsOf("own");
    await user.click(getByTestId("surface-popup"));
    expect(queryByTestId("settings-ends")).toBeNull();
    await user.type(getByTestId("client-id"), "0");
    getByTestId("settings-ends");
    expect(getByTestId("settings-save").textContent?.trim()).toBe("Save and connect");
    await changed();
    await expect.poll(() => fake.log).toContain("connect own");
  });

  it("want an id and a proof before an app signs in by itself", async () => {
    const { getByTestId, changed, user } = await settingsOf("hub");
    const saves = () => !getByTestId("settings-save").hasAttribute("disabled");
    await user.click(getByTestId("flow-client_credentials"));
    await user.type(getByTestId("client-id"), "robot");
    expect(saves()).toBe(false);
    await user.type(getByTestId("client-key"), "PEM");
    expect(saves()).toBe(true);
    expect(await changed()).toMatchObject({ clientKey: "PEM", signIn: { flow: "client_credentials", clientId: "robot" } });
  });

  it.each(["0", "65536", "x", "1.5"])("refuse the port %s", async (port) => {
    const { getByTestId, user } = await settingsOf("own");
    await user.clear(getByTestId("redirect-port"));
    await user.type(getByTestId("redirect-port"), port);
    expect(getByTestId("redirect-port").getAttribute("aria-invalid")).toBe("true");
    expect(getByTestId("settings-save").hasAttribute("disabled")).toBe(true);
  });

  it.each(["back", "/a b", "/a?b", "//a"])("refuse the path %s", async (path) => {
    const { getByTestId, user } = await settingsOf("own");
    await user.type(getByTestId("redirect-path"), path);
    expect(getByTestId("redirect-path").getAttribute("aria-invalid")).toBe("true");
    expect(getByTestId("settings-save").hasAttribute("disabled")).toBe(true);
  });

  it("save nothing when the address to register is copied", async () => {
    const { getByTestId, getByRole, findByRole, fake, user } = await settingsOf("own");
    await user.type(getByTestId("redirect-path"), "/oauth/return");
    await user.click(getByRole("button", { name: /^Copy: / }));
    await findByRole("button", { name: "Copied" });
    expect(await navigator.clipboard.readText()).toContain("/oauth/return");
    expect(fake.log.filter((line) => line.startsWith("change "))).toEqual([]);
  });

  it("send the path to come back to, and show it in the address to register", async () => {
    const { getByTestId, changed, user } = await settingsOf("own");
    await user.type(getByTestId("redirect-path"), "/oauth/return");
    expect(getByTestId("redirect-uri").textContent).toBe("http://127.0.0.1:8123/oauth/return");
    expect(await changed()).toMatchObject({
      signIn: { redirect: { kind: "loopback", port: 8123, path: "/oauth/return" } },
    });
  });

  it("take parameters as rows, and none without a name", async () => {
    const { getByTestId, getAllByTestId, changed, user } = await settingsOf("own");
    await user.click(getByTestId("add-parameter"));
    expect(document.activeElement).toBe(getAllByTestId("parameter-name")[1]);
    await user.type(getAllByTestId("parameter-value")[1]!, "consent");
    expect(getByTestId("settings-save").hasAttribute("disabled")).toBe(true);
    await user.type(getAllByTestId("parameter-name")[1]!, "prompt");
    const { signIn } = (await changed()) as { signIn: { authorizeParameters: unknown } };
    expect(signIn.authorizeParameters).toEqual([
      { name: "audience", value: "tools" },
      { name: "prompt", value: "consent" },
    ]);
  });

  it("stay as the person has begun them while the server changes, until they are discarded", async () => {
    const { getByTestId, getAllByTestId, getByRole, queryByTestId, value, fake, user } = await settingsOf("own");
    await user.click(getByTestId("advanced-toggle"));
    await user.click(getByTestId("add-parameter"));
    await user.type(getByTestId("settings-name"), " ");
    await user.click(getByTestId("client-secret-replace"));
    await fake.change("own", { description: "told elsewhere" });
    expect(document.activeElement).toBe(getByTestId("client-secret"));
    expect(getAllByTestId("parameter-name")).toHaveLength(2);
    expect(value("settings-name")).toBe("Own client ");
    expect(getByTestId("settings-save").hasAttribute("disabled")).toBe(true);
    await user.click(getByRole("button", { name: "Discard" }));
    expect(queryByTestId("client-secret")).toBeNull();
    expect(value("settings-description")).toBe("told elsewhere");
  });

  it.each(["own", "robot", "hub"])("of %s are open to everybody", async (id) => {
    const { getByTestId, user } = await settingsOf(id);
    await user.click(getByTestId("advanced-toggle"));
    await expectAccessible();
  });
});

describe("a failure that a setting mends", () => {
  it.each([
    ["hub", "accept-issuer"],
    ["plain", "allow-missing-pkce"],
    ["figma", "client-id"],
  ])("of %s leads to %s", async (id, field) => {
    const pane = await openPane("mendable");
    await pane.user.click(pane.getByTestId(`row-${id}`).querySelector("[data-testid=row-action]")!);
    await pane.user.click(pane.getByTestId("way-out"));
    await expect.poll(() => document.activeElement).toBe(pane.getByTestId(field));
    expect((pane.getByTestId("advanced") as HTMLDetailsElement).open).toBe(true);
  });

  it("goes on by itself, and does not bring back a person who has gone elsewhere meanwhile", async () => {
    const { getByTestId, findByTestId, fake, user } = await openPane("mendable");
    await user.click(getByTestId("row-hub").querySelector("[data-testid=row-action]")!);
    await user.click(getByTestId("way-out"));
    await user.click(await findByTestId("accept-issuer"));
    const stored = fake.change.bind(fake);
    let written = () => {};
    const disk = new Promise<void>((resolve) => (written = resolve));
    fake.change = (...change) => disk.then(() => stored(...change));
    await user.click(getByTestId("settings-save"));
    await user.click(getByTestId("row-own").querySelector("[data-open]")!);
    written();
    await expect.poll(() => fake.log).toContain("connect hub");
    expect(getByTestId("row-own").classList).toContain("selected");
  });

  it("keeps what is put in when the person connects without saving it", async () => {
    const { getByTestId, findByTestId, fake, user } = await openPane("mendable");
    await user.click(getByTestId("row-figma").querySelector("[data-testid=row-action]")!);
    await user.click(getByTestId("way-out"));
    await user.type(await findByTestId("client-id"), "drawbridge-7");
    await user.type(getByTestId("client-secret"), "s3cret");
    await user.click(getByTestId("row-own").querySelector("[data-open]")!);
    await user.click(getByTestId("row-figma").querySelector("[data-open]")!);
    await user.click(getByTestId("connect"));
    expect(fake.log.at(-1)).toBe("connect figma");
    await user.click(getByTestId("tab-settings"));
    expect((getByTestId("advanced") as HTMLDetailsElement).open).toBe(true);
    expect((getByTestId("client-id") as HTMLInputElement).value).toBe("drawbridge-7");
    expect((getByTestId("client-secret") as HTMLInputElement).value).toBe("s3cret");
  });

  it("goes on by itself once the setting is saved", async () => {
    const { getByTestId, findByTestId, fake, user } = await openPane("mendable");
    await user.click(getByTestId("row-hub").querySelector("[data-testid=row-action]")!);
    await user.click(getByTestId("way-out"));
    await user.click(await findByTestId("accept-issuer"));
    await user.click(getByTestId("settings-save"));
    await expect.poll(() => fake.log).toContain("connect hub");
    expect(fake.log.find((line) => line.startsWith("change hub"))).toContain('"issuer":{"kind":"accept_next"}');
  });
});
