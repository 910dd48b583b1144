import { waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { makeServer, signInAgain } from "../lib/backend/fake/servers";
import { openPane } from "./world";

describe("the list", () => {
  it("shows each server with its status and the one right action", async () => {
    const { getByTestId } = await openPane("full");
    const rows = ["linear", "notion", "sentry", "github", "atlassian", "figma", "search", "old"].map((id) => {
      const row = getByTestId(`row-${id}`);
      return [row.dataset.status, within(row).queryByTestId("row-action")?.getAttribute("aria-label") ?? null];
    });
    expect(rows).toEqual([
      ["connected", null],
      ["sign_in_again", "Reconnect Notion"],
      ["waiting_for_you", "Cancel Sentry"],
      ["not_signed_in", "Connect GitHub (work)"],
      ["cant_reach", "Retry now Atlassian"],
      ["failed", "Details Figma"],
      ["key_refused", "Edit Company search"],
      ["off", null],
    ]);
  });

  it("asks for everything again when events were lost", async () => {
    const { fake, findByTestId, queryByTestId } = await openPane("full");
    await findByTestId("row-notion");
    fake.removeUnheard("notion");
    await waitFor(() => expect(queryByTestId("row-notion")).toBeNull());
  });

  it("keeps what it shows where that fails, says so, and asks again when told to", async () => {
    const { fake, findByTestId, getByTestId, queryByTestId, user } = await openPane("full");
    await user.click(getByTestId("tab-settings"));
    await user.type(getByTestId("settings-name"), " (work)");
    const { snapshot } = fake;
    fake.snapshot = () => Promise.reject({ code: "database_busy", message: "Another program holds the list.", remedy: null });
    fake.removeUnheard("notion");
    expect((await findByTestId("stale-banner")).textContent).toContain("Another program holds the list.");
    getByTestId("row-notion");
    expect((getByTestId("settings-name") as HTMLInputElement).value).toBe("Linear (work)");
    fake.snapshot = snapshot;
    await user.click(getByTestId("stale-mend"));
    await expect.poll(() => queryByTestId("stale-banner") ?? queryByTestId("row-notion")).toBeNull();
  });

  it("names a row by its server, its host and its status", async () => {
    const { getByRole } = await openPane("full");
    getByRole("button", { name: "Notion mcp.notion.com Sign in again" });
  });

  it("finds by name and by host, and says when it finds nothing", async () => {
    const { getByLabelText, getByTestId, queryByTestId, getByText, user } = await openPane("full");
    const search = getByLabelText("Search servers");
    await user.type(search, "linear.app");
    getByTestId("row-linear");
    expect(getByTestId("list-count").textContent).toBe("1 server");
    expect(queryByTestId("row-notion")).toBeNull();
    await user.type(search, "zzz");
    expect(getByTestId("list-count").textContent).toBe("No servers");
    getByText("No server matches “linear.appzzz”.");
    await user.keyboard("{Escape}");
    getByTestId("row-notion");
    expect(getByTestId("list-count").textContent).toBe("");
  });

  it("offers to sign in again to all who need it", async () => {
    const { getByTestId, fake, user } = await openPane("full");
    within(getByTestId("needs-you")).getByText("2 servers need you to sign in again");
    await user.click(getByTestId("reconnect-all"));
    expect(fake.log.filter((line) => line.startsWith("connect"))).toEqual(["connect notion", "connect intercom"]);
  });

  it("names the one that needs it, and takes the banner away when it is mended", async () => {
    const { getByTestId, findByText, queryByTestId, fake } = await openPane("one");
    const notion = makeServer({ id: "n", name: "Notion", url: "https://n.example.com", ...signInAgain("expired") });
    fake.tell({ type: "server_changed", server: { ...notion, revision: 2000 } });
    await findByText("Notion needs you to sign in again");
    fake.tell({ type: "server_removed", id: "n", revision: 2001 });
    await expect.poll(() => queryByTestId("needs-you")).toBeNull();
    getByTestId("row-linear");
  });

  it("names the one that wants more access once nobody has to sign in, and leads to where it is reviewed", async () => {
    const { getByTestId, queryByTestId, findByTestId, fake, user } = await openPane("mendable");
    expect(getByTestId("needs-you").textContent).toContain("More asks for more access");
    await user.click(getByTestId("review-first"));
    await findByTestId("more-access");
    expect(getByTestId("row-more").classList).toContain("selected");
    fake.tell({ type: "server_changed", server: { ...(await fake.snapshot()).servers[0]!, ...signInAgain("expired"), revision: 2000 } });
    await expect.poll(() => getByTestId("needs-you").textContent).toContain("Hub needs you to sign in again");
    expect(queryByTestId("review-first")).toBeNull();
  });

  it("says in the tooltip of a row why it is as it is", async () => {
    const { getByTestId } = await openPane("mendable");
    expect(getByTestId("row-more").title).toBe("More · more.example.com\nMore access needed\nAsks for issues:write, files:read");
    expect(getByTestId("row-plain").title).toContain("\nThe authorization server https://auth.example.com does not say");
    expect(getByTestId("row-own").title).toBe("Own client · own.example.com\nConnected · 3 tools");
  });

  it("says a change once, and a countdown never", async () => {
    const { getByTestId, fake } = await openPane("full");
    const server = (await fake.snapshot()).servers[0]!;
    const again = { ...server, ...signInAgain("invalid_grant"), revision: 3000 };
    fake.tell({ type: "server_changed", server: again });
    await expect.poll(() => getByTestId("announcer").textContent).toBe("Linear: Sign in again");
    expect(getByTestId("detail-status").closest("[aria-live],[role=status]")).toBeNull();
  });
});

it("says the same outcome twice where it comes twice", async () => {
  const { getByTestId, fake } = await openPane("one");
  const said: (string | null)[] = [];
  const listening = new MutationObserver((changes) => said.push(...changes.map(({ target }) => target.textContent).filter(Boolean)));
  listening.observe(getByTestId("announcer"), { subtree: true, childList: true, characterData: true });
  const server = (await fake.snapshot()).servers[0]!;
  const phases = [signInAgain("expired"), { status: { kind: "connecting" } as const }, signInAgain("expired")];
  for (const [at, phase] of phases.entries()) {
    fake.tell({ type: "server_changed", server: { ...server, ...phase, revision: 3000 + at } });
    await tick();
  }
  await expect.poll(() => said).toEqual(["Linear: Sign in again", "Linear: Sign in again"]);
  listening.disconnect();
});

describe("the states of the whole pane", () => {
  it("invites on the first run", async () => {
    const { getByRole, getByTestId, user } = await openPane("empty");
    getByRole("heading", { name: "Connect your first server" });
    await user.click(getByTestId("tile-sentry"));
    expect((getByTestId("add-url") as HTMLInputElement).value).toBe("https://mcp.sentry.dev/mcp");
  });

  it("waits in words", async () => {
    const { findByText } = await openPane("loading");
    await findByText("Opening your servers…");
  });

  it("says why it cannot open, and tries again", async () => {
    const { findByTestId, getByRole, fake, user } = await openPane("error");
    expect((await findByTestId("start-failure")).dataset.code).toBe("database_newer");
    await user.click(getByRole("button", { name: "Try again" }));
    await expect.poll(() => fake.log).toEqual(["snapshot", "snapshot"]);
  });

  it("tells of a missing key, and keeps it in a file only after saying what that means", async () => {
    const { getByTestId, findByRole, queryByTestId, fake, user } = await openPane("vault");
    expect(getByTestId("vault-banner").dataset.code).toBe("vault_absent");
    await user.click(getByTestId("vault-use-file"));
    const sheet = await findByRole("dialog", { name: "Keep the key in a file?" });
    expect(fake.log).not.toContain("use_key_file");
    within(sheet).getByText(/Whoever can read your files/);
    await user.click(getByTestId("confirm-key"));
    await expect.poll(() => queryByTestId("vault-banner")).toBeNull();
    expect(getByTestId("vault-state").dataset.vault).toBe("file");
  });

  it("begins with a new key only after saying what the lost one takes along", async () => {
    const { getByTestId, findByRole, queryByTestId, fake, user } = await openPane("lost");
    expect(queryByTestId("vault-use-file")).toBeNull();
    await user.click(getByTestId("vault-use-new"));
    within(await findByRole("dialog")).getByText(/sign in again to every server/);
    await user.click(getByTestId("confirm-key"));
    await expect.poll(() => queryByTestId("vault-banner")).toBeNull();
    expect(fake.log).toContain("replace_lost_key");
  });
});
