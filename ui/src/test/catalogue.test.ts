import { describe, expect, it } from "vitest";
import { knownAt, knownServers, matching } from "../lib/catalogue";
import { filled, rowsOf } from "../lib/components/catalogue/template";
import { tiles } from "../lib/components/welcome/known";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

describe("the catalogue", () => {
  const isHttps = (address: string) => URL.canParse(address) && new URL(address).protocol === "https:";

  it("has forty servers or more, each with an address and a page of its own provider", () => {
    expect(knownServers.length).toBeGreaterThanOrEqual(40);
    const links = knownServers.flatMap(({ url, docs, clientAt = docs }) => [url, docs, clientAt]);
    expect(links.filter((link) => !isHttps(link))).toEqual([]);
    expect(knownServers.filter(({ url }) => /\/sse$|[{}]/.test(url))).toEqual([]);
  });

  it("names none twice", () => {
    for (const key of ["id", "name", "url"] as const) {
      const all = knownServers.map((known) => known[key].toLowerCase().replace(/\/$/, ""));
      expect([...new Set(all)]).toEqual(all);
    }
  });

  it("says in both languages what a server does, briefly, and what to know before", () => {
    const wordy = knownServers.flatMap(({ does, limit = { en: "x", de: "x" } }) => [does.en, does.de, limit.en, limit.de]);
    expect(wordy.filter((word) => !word.trim())).toEqual([]);
    expect(knownServers.filter(({ does }) => Math.max(does.en.length, does.de.length) > 46 || /\.$/.test(does.en))).toEqual([]);
    expect(knownServers.filter(({ limit }) => limit && !(/\.$/.test(limit.en) && /\.$/.test(limit.de)))).toEqual([]);
  });

  it("says how each lets people in, and where a client id or a key goes", () => {
    const kinds = ["oauth", "oauth-client", "key", "none"];
    expect(knownServers.filter(({ signIn }) => !signIn.length || signIn.some((kind) => !kinds.includes(kind)))).toEqual([]);
    const own = knownServers.filter(({ signIn }) => signIn.includes("oauth-client"));
    expect(own.filter(({ clientAt, limit }) => !clientAt || !limit)).toEqual([]);
    const keyed = knownServers.filter(({ signIn, header }) => signIn[0] === "key" && !header);
    expect(keyed).toEqual([]);
  });

  it("is what the tiles of the first picture show", () => {
    for (const { id, name, url, does } of tiles) {
      const known = knownServers.find((one) => one.id === id);
      expect({ name: known?.name, url: known?.url, does: known?.does }).toEqual({ name, url, does });
      expect(known?.signIn).not.toContain("oauth-client");
    }
  });

  it("is searched by name, host and purpose; what begins so comes first", () => {
    expect(matching("git").slice(0, 2).map(({ id }) => id)).toEqual(["github", "gitlab"]);
    expect(matching("githubcopilot").map(({ id }) => id)).toEqual(["github"]);
    expect(matching("Jira").map(({ id }) => id)).toEqual(["atlassian"]);
    expect(matching("")).toHaveLength(knownServers.length);
    expect(matching("no such thing")).toEqual([]);
  });

  it("knows an address however it is written", () => {
    expect(knownAt(" https://API.githubcopilot.com/mcp ")?.id).toBe("github");
    expect(knownAt("https://mcp.stripe.com/")?.id).toBe("stripe");
    expect([knownAt("https://mcp.stripe.com/other"), knownAt("stripe"), knownAt("")]).toEqual([null, null, null]);
  });
});

async function openAdd(query: string) {
  const pane = await openPane("one");
  await pane.user.click(pane.getByTestId("add-server"));
  await pane.findByTestId("offer-notion");
  if (query) await pane.user.type(pane.getByTestId("add-url"), query);
  const url = () => (pane.getByTestId("add-url") as HTMLInputElement).value;
  const found = () => pane.getByTestId("add-detection").dataset.auth;
  return { ...pane, url, found };
}

describe("choosing from the catalogue", () => {
  it("fills the form, and looks at the server as always", async () => {
    const { user, getByTestId, url, found, findByTestId, fake } = await openAdd("");
    await expectAccessible();
    expect(getByTestId("offer-linear").textContent).toContain("In your list");
    await user.click(getByTestId("offer-notion"));
    expect(url()).toBe("https://mcp.notion.com/mcp");
    await expect.poll(found).toBe("oauth");
    expect(getByTestId("known").textContent).toContain("Pages and databases");
    await expectAccessible();
    await user.click(getByTestId("known-docs"));
    expect(fake.log).toContain("open_link notion docs");
    await user.click(getByTestId("add-save"));
    await findByTestId("row-s2-mcp.notion.com");
    expect(fake.added[0]).toMatchObject({ name: "Notion", auth: "oauth" });
  });

  it("opens the settings where a client id of one’s own goes", async () => {
    const { user, getByTestId, found, fake } = await openAdd("asana");
    await user.keyboard("{Enter}");
    await expect.poll(found).toBe("oauth");
    expect(getByTestId("known-limit").textContent).toContain("client id");
    expect((getByTestId("advanced") as HTMLDetailsElement).open).toBe(true);
    await user.click(getByTestId("known-client"));
    expect(fake.log).toContain("open_link asana client");
    expect(document.activeElement).toBe(getByTestId("client-id"));
    await expectAccessible();
  });

  it("has the row for a key ready", async () => {
    const { user, getByTestId, getByLabelText, found, fake } = await openAdd("github");
    await user.keyboard("{Enter}");
    await expect.poll(found).toBe("oauth");
    await user.click(getByTestId("known-key"));
    expect((getByLabelText("Name of header 1") as HTMLInputElement).value).toBe("Authorization");
    expect((getByLabelText("Value of header 1") as HTMLInputElement).placeholder).toBe("Bearer github_pat_…");
    await user.type(getByLabelText("Value of header 1"), "Bearer x");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.added.length).toBe(1);
    expect(fake.added[0]).toMatchObject({ auth: "headers", headers: [{ name: "Authorization", value: "Bearer x" }] });
  });

  it("takes nothing along that was typed for another server", async () => {
    const { user, getByTestId, getByLabelText, found, fake } = await openAdd("github");
    const address = getByTestId("add-url");
    const value = () => getByLabelText("Value of header 1") as HTMLInputElement;
    await user.keyboard("{Enter}");
    await expect.poll(found).toBe("oauth");
    await user.type(getByTestId("client-id"), "mine");
    await user.type(getByTestId("client-secret"), "s3cret");
    await user.type(getByTestId("add-name"), "Code");
    await user.click(getByTestId("known-key"));
    await user.type(value(), "Bearer x");
    await user.clear(address);
    await user.type(address, "context7{Enter}");
    await user.click(getByTestId("known-key"));
    expect([value().value, (getByLabelText("Name of header 1") as HTMLInputElement).value]).toEqual(["", "CONTEXT7_API_KEY"]);
    await user.clear(address);
    await user.type(address, "linear{Enter}");
    await user.clear(address);
    await user.type(address, "https://mcp.example.com/mcp");
    await expect.poll(found).toBe("oauth");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.added).toEqual([{ url: "https://mcp.example.com/mcp", auth: "oauth", headers: [], name: "Example" }]);
  });

  it("goes by arrows, and back to the address", async () => {
    const { user, getByTestId, url } = await openAdd("cloudflare");
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(getByTestId("offer-cloudflare-docs"));
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(getByTestId("offer-cloudflare-bindings"));
    await user.keyboard("{End}{Home}{ArrowUp}");
    expect(document.activeElement).toBe(getByTestId("add-url"));
    await user.keyboard("{ArrowDown}{Enter}");
    expect(url()).toBe("https://docs.mcp.cloudflare.com/mcp");
    expect(document.activeElement).toBe(getByTestId("add-url"));
  });
});

describe("an address without its scheme", () => {
  it("is looked at once it has a path", async () => {
    const { user, found, getByTestId, fake } = await openAdd("open.example.com/mcp");
    await expect.poll(found).toBe("none");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.log).toContain("add https://open.example.com/mcp none");
  });

  it("is plain http on this computer", async () => {
    const { user, found, getByTestId, fake } = await openAdd("localhost:8080/mcp");
    await expect.poll(found).toBe("none");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.log).toContain("add http://localhost:8080/mcp none");
  });

  it.each([
    ["open.example.com:8443", "https://open.example.com:8443"],
    ["localhost:8080", "http://localhost:8080"],
    ["[::1]:8080", "http://[::1]:8080"],
  ])("may end with a port: %s", async (typed, whole) => {
    const { user, url, getByTestId } = await openAdd("");
    await user.click(getByTestId("add-url"));
    await user.paste(typed);
    expect(getByTestId("use-address").textContent).toContain(`Use ${whole}`);
    await user.keyboard("{Enter}");
    expect(url()).toBe(whole);
  });

  it("may be a name until it is chosen", async () => {
    const { user, url, getByTestId, found, fake } = await openAdd("open.example.com");
    getByTestId("use-address");
    expect(fake.log.some((line) => line.startsWith("detect"))).toBe(false);
    await user.keyboard("{Enter}");
    expect(url()).toBe("https://open.example.com");
    await expect.poll(found).toBe("none");
  });
});

describe("the registry", () => {
  async function search(query: string) {
    const pane = await openAdd(query);
    await pane.user.click(pane.getByTestId("registry-search"));
    const state = () => pane.getByTestId("registry").dataset.state;
    await expect.poll(state).not.toBe("asking");
    return { ...pane, state };
  }

  it("is asked only when told to, and goes on page by page", async () => {
    const { fake, user, getByTestId, queryByTestId, findByTestId } = await openAdd("weather");
    expect(fake.log.some((line) => line.startsWith("search_registry"))).toBe(false);
    await user.click(getByTestId("registry-search"));
    await findByTestId("offer-com.example/weather#0");
    await expectAccessible();
    expect(getByTestId("offer-com.example/old#0").tagName).toBe("DIV");
    expect(getByTestId("offer-com.example/old#0").textContent).toContain("SSE only");
    await user.click(getByTestId("registry-more"));
    await findByTestId("offer-com.example/last#0");
    expect(queryByTestId("registry-more")).toBeNull();
    expect(fake.log.filter((line) => line.startsWith("search_registry"))).toEqual(["search_registry weather", "search_registry weather two"]);
  });

  it("may be away: it says so, and the catalogue is still there", async () => {
    const { getByTestId, user, findByTestId, state, queryByTestId } = await search("offline");
    expect(getByTestId("registry-error").dataset.code).toBe("registry_unreachable");
    await expectAccessible();
    await user.click(getByTestId("again"));
    expect(state()).toBe("asking");
    await user.clear(getByTestId("add-url"));
    await user.type(getByTestId("add-url"), "notion");
    await findByTestId("offer-notion");
    expect([state(), queryByTestId("registry-error")]).toEqual(["idle", null]);
  });

  it("may have nothing, and an answer may be waited for no longer", async () => {
    const { getByTestId } = await search("nothing");
    expect(getByTestId("registry").textContent).toContain("The registry has no server with an address for “nothing”.");
    await expectAccessible();
  });

  it("is stopped", async () => {
    const { user, getByTestId } = await openAdd("weather");
    await user.click(getByTestId("registry-search"));
    await user.click(getByTestId("registry-stop"));
    expect(getByTestId("registry").dataset.state).toBe("idle");
  });

  it("asks for what an address lacks before it is looked at", async () => {
    const { user, getByTestId, url, fake } = await search("weather");
    await user.click(getByTestId("offer-com.example/tenant#0"));
    expect(document.activeElement).toBe(getByTestId("variable-region"));
    await expectAccessible();
    expect(getByTestId("variables-go").hasAttribute("disabled")).toBe(true);
    await user.type(getByTestId("variable-tenant"), "acme");
    await user.type(getByTestId("variable-key"), "a&b");
    expect(getByTestId("variable-address").textContent).toBe("https://eu.example.com/acme/mcp?key=a%26b");
    await user.click(getByTestId("variables-go"));
    expect(url()).toBe("https://eu.example.com/acme/mcp?key=a%26b");
    await expect.poll(() => fake.log).toContain("detect https://eu.example.com/acme/mcp?key=a%26b");
  });

  it("has the rows of its headers ready, and sends none that stays empty", async () => {
    const { user, getByTestId, getAllByTestId, found, fake } = await search("weather");
    await user.click(getByTestId("offer-io.github.somebody/keyed-notes#0"));
    expect(found()).toBe("headers");
    const names = getAllByTestId("header-name").map((field) => (field as HTMLInputElement).value);
    expect(names).toEqual(["X-Api-Key", "X-Team", "X-Client"]);
    await expectAccessible();
    await user.type(getAllByTestId("header-value")[0]!, "nk_1");
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.added.length).toBe(1);
    expect(fake.added[0]).toMatchObject({
      name: "Keyed notes",
      headers: [
        { name: "X-Api-Key", value: "nk_1" },
        { name: "X-Client", value: "registry" },
      ],
    });
  });

  it.each([
    ["signs people in", 0, "oauth"],
    ["is open", 1, "none"],
  ])("shows the headers that come with a server that %s, and sends them", async (_, at, auth) => {
    const { user, getByTestId, getAllByTestId, queryByTestId, findByTestId, found, fake } = await search("weather");
    await user.click(getByTestId("registry-more"));
    await user.click(await findByTestId(`offer-com.example/last#${at}`));
    await expect.poll(found).toBe(auth);
    const rows = (part: string) => getAllByTestId(`header-${part}`).map((field) => (field as HTMLInputElement).value);
    expect([rows("name"), rows("value")]).toEqual([["X-Client", "X-Team"], ["registry", ""]]);
    await expectAccessible();
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.added[0]).toMatchObject({ auth, headers: [{ name: "X-Client", value: "registry" }] });
    expect(queryByTestId("add-sheet")).toBeNull();
  });

  it("leaves the headers of a server to its own address", async () => {
    const { user, getByTestId, queryByTestId, findByTestId, found, fake } = await search("weather");
    await user.click(getByTestId("registry-more"));
    await user.click(await findByTestId("offer-com.example/last#1"));
    await user.clear(getByTestId("add-url"));
    await user.type(getByTestId("add-url"), "https://open.example.com/other");
    await expect.poll(found).toBe("none");
    expect(queryByTestId("header-name")).toBeNull();
    await user.click(getByTestId("add-save"));
    await expect.poll(() => fake.added[0]?.headers).toEqual([]);
  });

  it("fills addresses and rows", () => {
    expect(filled("https://{host}/{a.b}?q={a.b}#{none}", { host: " x.example ", "a.b": "1/2" })).toBe("https://x.example/1/2?q=1%2F2#{none}");
    const input = { name: "A", description: null, required: false, secret: true, default: "d", placeholder: null, choices: [] };
    expect(rowsOf([{ input, value: null }])[0]).toMatchObject({ name: "A", value: "", optional: true, example: "d" });
  });
});
