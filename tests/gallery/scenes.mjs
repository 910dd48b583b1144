// Every screen and state of the pane, on the pretended engine. A scene is a scenario of the fake backend and
// the way to what it shows: elements to click or to wait for, by `data-testid` or by a selector, words to type, and
// functions that run in the page for what the person does not do, or that something takes for ever.

/** Opens a server of the list; in a narrow window nothing of it is seen before. */
const server = (id) => `[data-testid=row-${id}] [data-open]`;
const tab = (name) => `tab-${name}`;
const type = (into, words) => ({ into, words });
const key = (...keys) => ({ keys });
const see = (what) => ({ see: what });
const list = JSON.stringify({ mcpServers: { notes: { url: "https://notes.example.com/mcp" }, files: { command: "npx" } } });

const never = (what) => new Function(`fake.${what} = () => new Promise(() => {})`);
const fails = (what) => new Function(`fake.${what} = async () => { throw {
  code: "database", message: "The database cannot be read: disk I/O error.", remedy: "See whether the disk is full or damaged.",
} }`);
const refused = (id) => new Function(`fake.trouble({ id: "${id}", error: {
  code: "no_browser", message: "Your browser could not be opened.", remedy: "Copy the link and open it in a browser yourself.",
} })`);
function toolsChanged() {
  fake.tell({ type: "tools_changed", id: "linear" });
}
async function hasNoTools() {
  fake.tools = async () => [];
  const [server] = (await fake.snapshot()).servers;
  fake.tell({
    type: "server_changed",
    server: { ...server, revision: 9_999, connection: { state: "connected", tools: 0 }, status: { kind: "connected", tools: 0 } },
  });
}
function loads() {
  fake.updates.tell({ work: { kind: "downloading", percent: 48 } });
}
/** What goes after a while stays. */
function stays() {
  window.setInterval = () => 0;
}
/** At once, as assistive technology does. */
function declines() {
  document.querySelector("[data-testid=question-decline]").click();
}
function drags() {
  const dataTransfer = new DataTransfer();
  dataTransfer.setData("text/plain", "a list");
  document.body.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer }));
}
const registry = (words, ...then) => ["add-server", type("add-url", words), "registry-search", ...then];

const connectionOf = (id) => ({ name: `Connection of ${id}`, fake: "full", way: [server(id), tab("connection")] });
const form = (tool) => ({ name: `Try ${tool}`, fake: "try", way: [server("linear"), `try-${tool}`] });
const tried = (tool) => ({ ...form(tool), name: `Tried ${tool}`, way: [...form(tool).way, "try-run"] });

export const scenes = [
  { name: "Every status", fake: "full" },
  { name: "One server", fake: "one" },
  { name: "First run", fake: "empty" },
  { name: "First run, and other programs know servers", fake: "first" },
  { name: "Starting", fake: "loading" },
  { name: "Cannot start", fake: "error" },
  { name: "No keychain", fake: "vault" },
  { name: "The key is lost", fake: "lost" },
  { name: "No keychain, and a file instead", fake: "vault", way: ["vault-use-file", see("confirm-key")] },
  { name: "The key is lost, and a new one instead", fake: "lost", way: ["vault-use-new", see("confirm-key")] },
  { name: "The key is in a file", fake: "file" },
  { name: "Certificates are missing", fake: "nocerts" },
  { name: "A damaged list was kept aside", fake: "aside" },
  { name: "Long names", fake: "long" },
  { name: "A thousand servers and tools", fake: "thousand" },
  { name: "The list could not be read again", fake: "one", way: [fails("snapshot"), () => fake.removeUnheard("nobody"), see("stale-banner")] },
  { name: "Nothing matches", fake: "full", way: [type(".side input", "nothing like it")] },
  ...["linear", "notion", "sentry", "github", "atlassian", "figma", "search", "old"].map(connectionOf),
  { name: "A sign-in, with the address to paste", fake: "full", way: [server("sentry"), tab("connection"), "paste-callback", see("paste-input")] },
  { name: "Sign out", fake: "full", way: [server("linear"), tab("connection"), "sign-out", see("confirm-sign-out")] },
  { name: "More access", fake: "mendable", way: [server("more"), tab("connection"), see("more-access")] },
  { name: "A refusal", fake: "full", way: [server("sentry"), tab("connection"), refused("sentry"), see("refusal")] },
  { name: "A refusal out of sight", fake: "full", way: [stays, refused("github"), see("refused")] },
  { name: "A sign-in was left", fake: "patient", way: [stays, "row-action", see("waiting"), () => fake.closeWindow("github"), see("left-sign-in")] },
  { name: "On the way to a server", fake: "try", way: [stays, server("linear"), "try-pay", "try-run", see("question"), () => fake.summon("linear"), declines, see("towards")] },
  { name: "Said once", fake: "full", way: [stays, "palette-open", type("palette-input", "copy address"), key("Enter"), see("said")] },
  { name: "Tools are being read", fake: "one", way: [server("linear"), never("refreshTools"), "refresh-tools", see("stop-tools")] },
  { name: "Tools are being read for the first time", fake: "full", way: [never("tools"), server("weather"), tab("tools")] },
  { name: "No tools", fake: "one", way: [server("linear"), see("try-create_issue"), hasNoTools] },
  { name: "No tools yet", fake: "full", way: [server("github"), tab("tools")] },
  { name: "Tools could not be read", fake: "one", way: [server("linear"), see("try-create_issue"), fails("tools"), toolsChanged, see("tools-error")] },
  { name: "Connecting, with the tools of the last time", fake: "full", way: [server("vercel"), see("tool-create_issue")] },
  { name: "Ways out of failures", fake: "mendable", way: [".row [data-open]"] },
  { name: "A picture that was kept", fake: "one", way: [server("linear"), "try-draw_chart", "try-run", "save-answer", see("written")] },
  { name: "A picture that could not be kept", fake: "one", way: [server("linear"), "try-draw_chart", "try-run", fails("save"), "save-answer", see("write-error")] },
  { name: "Activity", fake: "full", way: [server("linear"), tab("activity")] },
  { name: "Activity of trouble", fake: "full", way: [server("linear"), tab("activity"), "label:has([data-testid=filter-trouble])"] },
  { name: "Activity, and nothing of it", fake: "full", way: [server("weather"), tab("activity"), "label:has([data-testid=filter-sign_in])", see("activity-empty")] },
  { name: "Activity could not be read", fake: "one", way: [fails("activity"), server("linear"), tab("activity"), see("activity-error")] },
  { name: "Settings", fake: "one", way: [server("linear"), tab("settings")] },
  { name: "Settings, advanced", fake: "mendable", way: [server("own"), tab("settings"), "advanced-toggle"] },
  { name: "Remove", fake: "one", way: [server("linear"), tab("settings"), "remove-server"] },
  { name: "Add", fake: "one", way: ["add-server"] },
  { name: "Add, looked at", fake: "one", way: ["add-server", type("add-url", "https://mcp.example.com/mcp"), see("add-change")] },
  { name: "Add, without a sign-in", fake: "one", way: ["add-server", type("add-url", "https://open.example.com/mcp"), see("add-change")] },
  { name: "Add, with a key", fake: "one", way: ["add-server", type("add-url", "https://key.example.com/mcp"), see("header-name")] },
  { name: "Add, not reached", fake: "one", way: ["add-server", type("add-url", "https://down.example.com/mcp"), see("auth-oauth")] },
  { name: "Add, found in the catalogue", fake: "one", way: ["add-server", type("add-url", "git"), see("offer-github")] },
  { name: "Add, known to the catalogue", fake: "one", way: ["add-server", "offer-notion", see("known"), see("add-change")] },
  { name: "The registry, asked", fake: "one", way: [never("searchRegistry"), ...registry("news", see("registry-stop"))] },
  { name: "The registry, found", fake: "one", way: registry("news", see("registry-more")) },
  { name: "The registry, out of reach", fake: "one", way: registry("offline", see("registry-error")) },
  { name: "The registry, what a server needs", fake: "one", way: registry("news", "[data-testid^='offer-com.example/tenant']", see("registry-variables")) },
  { name: "Import", fake: "import", way: ["add-server", "add-import", see("import-row")] },
  { name: "Import, and the lists could not be read", fake: "import", way: [fails("findConfigs"), "add-server", "add-import", see("import-problem")] },
  { name: "Import under way", fake: "import", way: ["add-server", "add-import", see("import-row"), never("importPicked"), "import-go", see("import-stop")] },
  { name: "Import, done", fake: "import", way: ["add-server", "add-import", see("import-row"), "import-go", see("import-done")] },
  { name: "A list over the window", fake: "one", way: [drags, see("drop-target")] },
  { name: "Import, pasted", fake: "empty", way: ["welcome-import", type("import-text", list), "import-show", see("import-row")] },
  { name: "Commands", fake: "full", way: ["palette-open", see("palette-input")] },
  { name: "Commands, searched", fake: "full", way: ["palette-open", type("palette-input", "re")] },
  { name: "Keyboard shortcuts", fake: "one", way: ["palette-open", "palette-shortcuts"] },
  { name: "Preferences", fake: "one", way: ["preferences"] },
  { name: "Delete everything", fake: "one", way: ["preferences", "delete-all"] },
  { name: "Preferences where the desktop shows little", fake: "bare", way: ["preferences"] },
  { name: "Whether to look for new versions", fake: "ask", way: [see("update-question")] },
  { name: "A newer version", fake: "update", way: [see("update-banner")] },
  { name: "A newer version, with what is new", fake: "update", way: ["update-show", see("update-install")] },
  { name: "A newer version, on its way", fake: "update", way: ["update-show", loads, see("progress[value='48']")] },
  { name: "A newer version, refused", fake: "unsigned", way: ["update-show", "update-install", see("update-error")] },
  { name: "Preferences, with updates", fake: "newest", way: ["preferences", see("update-look")] },
  form("plan_release"),
  tried("plan_release"),
  tried("markdown"),
  tried("table"),
  tried("tree"),
  tried("long"),
  tried("sound"),
  tried("fails"),
  tried("book_table"),
  tried("pay"),
  { name: "A tool at work", fake: "full", way: [server("linear"), "try-slow_report", "try-run"] },
  { name: "German", fake: "full", language: "de", way: [server("linear"), tab("connection")] },
  { name: "German, add", fake: "one", language: "de", way: ["add-server"] },
  { name: "German, long names", fake: "long", language: "de" },
  { name: "German, a newer version", fake: "update", language: "de", way: ["update-show", see("update-install")] },
  { name: "German, preferences", fake: "one", language: "de", way: ["preferences"] },
  { name: "The focus in the list", fake: "full", way: [key("Tab", "Tab", "Tab", "ArrowDown")] },
];
