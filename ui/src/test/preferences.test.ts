import { tick } from "svelte";
import { within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { scenarios } from "../lib/backend/fake/scenarios";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

async function preferences() {
  const pane = await openPane("one");
  await pane.user.click(pane.getByTestId("preferences"));
  const stored = () => {
    const line = pane.fake.log.filter((one) => one.startsWith("set_preferences")).at(-1);
    return line && (JSON.parse(line.slice(line.indexOf("{"))) as unknown);
  };
  return { ...pane, stored };
}

describe("all data", () => {
  it("are exported, and where to is told", async () => {
    const { fake, findByTestId, getByTestId, user } = await preferences();
    await user.click(getByTestId("export-all"));
    expect((await findByTestId("written")).textContent).toContain("/home/ada/Downloads/drawbridge-2026-11-25.json");
    expect(fake.log.at(-1)).toBe("export_all");
    await expectAccessible();
    await user.click(getByTestId("show-written"));
    expect(fake.log.at(-1)).toBe("show_download /home/ada/Downloads/drawbridge-2026-11-25.json");
  });

  it("are deleted after one question, which says what is lost", async () => {
    const { fake, findByTestId, getByTestId, queryByTestId, user } = await preferences();
    await user.click(getByTestId("delete-all"));
    expect(getByTestId("delete-sheet").textContent).toContain("your sign-ins");
    await expectAccessible();
    await user.click(getByTestId("confirm-delete"));
    await findByTestId("welcome-add");
    expect(fake.log.filter((line) => line === "delete_all")).toHaveLength(1);
    await expect.poll(() => queryByTestId("delete-sheet") ?? queryByTestId("preferences-sheet")).toBeNull();
  });

  it("are kept when the question is answered with no", async () => {
    const { fake, getByTestId, queryByTestId, user } = await preferences();
    await user.click(getByTestId("delete-all"));
    await user.click(within(getByTestId("delete-sheet")).getByRole("button", { name: "Cancel" }));
    await expect.poll(() => queryByTestId("delete-sheet")).toBeNull();
    expect(getByTestId("preferences-sheet")).toBeTruthy();
    expect(document.activeElement).toBe(getByTestId("delete-all"));
    expect(fake.log).not.toContain("delete_all");
  });

  it("are past keeping once the deletion has begun", async () => {
    const { findByTestId, getByTestId, user } = await preferences();
    await user.click(getByTestId("delete-all"));
    await user.click(getByTestId("confirm-delete"));
    const sheet = getByTestId("delete-sheet");
    expect(within(sheet).getByRole("button", { name: "Cancel" }).hasAttribute("disabled")).toBe(true);
    const escape = new Event("cancel", { cancelable: true });
    sheet.dispatchEvent(escape);
    expect(escape.defaultPrevented).toBe(true);
    await findByTestId("welcome-add");
  });

  it("are kept, and that is told, while another process has them", async () => {
    const { findByTestId, getByTestId, user } = await openPane({ ...scenarios.one!(), busy: true });
    await user.click(getByTestId("preferences"));
    await user.click(getByTestId("delete-all"));
    await user.click(getByTestId("confirm-delete"));
    expect((await findByTestId("delete-error")).dataset.code).toBe("data_in_use");
    expect(getByTestId("row-linear")).toBeTruthy();
  });
});

describe("the preferences", () => {
  it("are stored as a whole", async () => {
    const { getByTestId, queryByTestId, stored, user } = await preferences();
    await user.click(getByTestId("prefer-surface-browser"));
    await user.click(getByTestId("prefer-proxy-url"));
    await user.type(getByTestId("proxy-url"), "socks5://proxy.example.com:1080");
    await user.type(getByTestId("prefer-document"), "https://example.com/client.json");
    await user.click(getByTestId("preferences-save"));
    await expect.poll(() => queryByTestId("preferences-sheet")).toBeNull();
    expect(stored()).toEqual({
      surface: "browser",
      clientMetadataUrl: "https://example.com/client.json",
      extraCaFile: null,
      proxy: { kind: "url", url: "socks5://proxy.example.com:1080" },
      desktop: { theme: "system", language: "system", notifications: true, keepInTray: false, updates: "unasked" },
    });
    await user.click(getByTestId("preferences"));
    expect((getByTestId("proxy-url") as HTMLInputElement).value).toBe("socks5://proxy.example.com:1080");
  });

  it("show what is wrong beside its field, and keep what was typed", async () => {
    const { getByTestId, user } = await preferences();
    await user.type(getByTestId("extra-ca"), "/nowhere.pem");
    await user.click(getByTestId("preferences-save"));
    await expect.poll(() => getByTestId("extra-ca-note").dataset.code).toBe("ca_file");
    expect(document.activeElement).toBe(getByTestId("extra-ca"));
    expect((getByTestId("extra-ca") as HTMLInputElement).value).toBe("/nowhere.pem");
  });

  it("of the app are stored with the others, and what the system keeps is told to the system", async () => {
    const { fake, getByTestId, queryByTestId, stored, user } = await preferences();
    await user.click(getByTestId("prefer-theme-dark"));
    await user.click(getByTestId("prefer-notifications"));
    await user.click(getByTestId("prefer-tray"));
    await expect.poll(() => getByTestId("prefer-login").hasAttribute("disabled")).toBe(false);
    await user.click(getByTestId("prefer-login"));
    await user.click(getByTestId("preferences-save"));
    await expect.poll(() => queryByTestId("preferences-sheet")).toBeNull();
    expect(stored()).toMatchObject({
      desktop: { theme: "dark", language: "system", notifications: false, keepInTray: true },
    });
    expect(fake.log).toContain("start_at_login true");
    expect(document.documentElement.dataset.theme).toBe("dark");
  });

  it("do not bother the system with what it does already", async () => {
    const { fake, getByTestId, queryByTestId, user } = await preferences();
    await user.click(getByTestId("prefer-theme-light"));
    await user.click(getByTestId("preferences-save"));
    await expect.poll(() => queryByTestId("preferences-sheet")).toBeNull();
    expect(fake.log.filter((line) => line.startsWith("start_at_login"))).toEqual([]);
    expect(document.documentElement.dataset.theme).toBe("light");
  });

  it.each([
    ["answers", () => new Promise<never>(() => {})],
    ["can be asked", () => Promise.reject(new Error("gone"))],
  ])("say nothing of a system that never %s", async (_, surroundings) => {
    const { fake, getByTestId, getByText, queryByText, user } = await openPane("bare");
    Object.assign(fake, { surroundings });
    await user.click(getByTestId("preferences"));
    for (let turn = 0; turn < 3; turn += 1) {
      getByText("In the tray, if it is kept there.");
      expect(queryByText(/Your (system|desktop)/)).toBeNull();
      expect(getByTestId("prefer-login").hasAttribute("disabled")).toBe(true);
      await tick();
    }
  });

  it("say what the desktop does not have", async () => {
    const { getByTestId, getByText, findByText, user } = await openPane("bare");
    await user.click(getByTestId("preferences"));
    await findByText("Your desktop shows no tray, so closing the window quits.");
    getByText("Your system does not say whether it does.");
    expect(getByTestId("prefer-login").hasAttribute("disabled")).toBe(true);
    await expectAccessible();
  });

  it.each([
    ["Win32", "Ctrl+Q"],
    ["MacIntel", "⌘Q"],
  ])("name the keys of %s", async (platform, keys) => {
    vi.spyOn(navigator, "platform", "get").mockReturnValue(platform);
    const { findByText } = await preferences();
    await findByText(`Closing the window hides it. Quit in the tray, or with ${keys}.`);
    vi.restoreAllMocks();
  });

  it("of another language are heeded at once, and nothing that was typed is lost", async () => {
    const { fake, findByTestId, getByTestId, getByText, findByText, user } = await openPane("one");
    await user.click(await findByTestId("try-create_issue"));
    await user.type(getByTestId("field-/title"), "Mend it");
    await user.click(getByTestId("tab-settings"));
    await user.type(getByTestId("settings-name"), " (work)");
    await user.click(getByTestId("preferences"));
    await user.click(getByTestId("prefer-language-de"));
    await user.click(getByTestId("preferences-save"));
    await findByText("Hinzufügen");
    getByText("Einstellungen");
    expect((getByTestId("settings-name") as HTMLInputElement).value).toBe("Linear (work)");
    await user.click(getByTestId("tab-tools"));
    expect((getByTestId("field-/title") as HTMLTextAreaElement).value).toBe("Mend it");
    const [server] = (await fake.snapshot()).servers;
    expect(server!.name).toBe("Linear");
    await user.click(getByTestId("preferences"));
    await user.click(getByTestId("prefer-language-system"));
    await user.click(getByTestId("preferences-save"));
    await findByText("Add server");
  });

  it("tell the system before they are stored", async () => {
    const { fake, getByTestId, queryByTestId, user } = await preferences();
    await expect.poll(() => getByTestId("prefer-login").hasAttribute("disabled")).toBe(false);
    await user.click(getByTestId("prefer-login"));
    await user.click(getByTestId("preferences-save"));
    await expect.poll(() => queryByTestId("preferences-sheet")).toBeNull();
    const told = fake.log.filter((line) => /^(start|set)_/.test(line)).map((line) => line.split(" ")[0]);
    expect(told).toEqual(["start_at_login", "set_preferences"]);
  });

  it("are left alone when they are cancelled", async () => {
    const { getByTestId, getByRole, queryByTestId, stored, user } = await preferences();
    await user.click(getByTestId("prefer-surface-browser"));
    await user.click(getByRole("button", { name: "Cancel" }));
    expect(queryByTestId("preferences-sheet")).toBeNull();
    expect(stored()).toBeUndefined();
  });

  it("open by keyboard, and say where the key is", async () => {
    const { getByTestId, user } = await openPane("file");
    await user.keyboard("{Control>},{/Control}");
    expect(getByTestId("preferences-key").dataset.vault).toBe("file");
    expect(document.body.textContent).toContain("/home/ada/.local/share/dev.drawbridge.desktop/key");
  });

  it("say at once and beside their field that a file has gone, until it is mended", async () => {
    const { getByTestId, queryByTestId, user } = await openPane("nocerts");
    const banner = getByTestId("preferences-banner");
    expect(banner.dataset.code).toBe("ca_file");
    expect(banner.textContent).toContain("/etc/ssl/company.pem");
    await user.click(getByTestId("preferences-mend"));
    expect(getByTestId("extra-ca-note").dataset.code).toBe("ca_file");
    expect(getByTestId("extra-ca").getAttribute("aria-invalid")).toBe("true");
    await expectAccessible();
    await user.clear(getByTestId("extra-ca"));
    expect(getByTestId("extra-ca").hasAttribute("aria-invalid")).toBe(false);
    await user.click(getByTestId("preferences-save"));
    await expect.poll(() => queryByTestId("preferences-banner")).toBeNull();
  });

  it("go on to say that a file has gone when something else is changed", async () => {
    const { getByTestId, queryByTestId, user } = await openPane("nocerts");
    await user.click(getByTestId("preferences-mend"));
    await user.click(getByTestId("prefer-theme-dark"));
    await user.click(getByTestId("preferences-save"));
    await expect.poll(() => queryByTestId("preferences-sheet")).toBeNull();
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(getByTestId("preferences-banner").dataset.code).toBe("ca_file");
  });

  it("are open to everybody, with and without something wrong", async () => {
    const { getByTestId, user } = await preferences();
    await expectAccessible();
    await user.type(getByTestId("prefer-document"), "http://no");
    await user.click(getByTestId("prefer-proxy-url"));
    expect(getByTestId("preferences-save").hasAttribute("disabled")).toBe(true);
    await expectAccessible();
  });
});
