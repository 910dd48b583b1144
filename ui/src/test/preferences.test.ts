import { describe, expect, it } from "vitest";
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
      desktop: { theme: "system", language: "system", notifications: true, keepInTray: false },
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

  it("are open to everybody, with and without something wrong", async () => {
    const { getByTestId, user } = await preferences();
    await expectAccessible();
    await user.type(getByTestId("prefer-document"), "http://no");
    await user.click(getByTestId("prefer-proxy-url"));
    expect(getByTestId("preferences-save").hasAttribute("disabled")).toBe(true);
    await expectAccessible();
  });
});
