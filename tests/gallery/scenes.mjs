// Every screen and state of the pane, on the pretended engine. A scene is a scenario of the fake backend and
// the way to what it shows: elements to click or to wait for, by `data-testid` or by a selector, and words to
// type.

/** Opens a server of the list; in a narrow window nothing of it is seen before. */
const server = (id) => `[data-testid=row-${id}] [data-open]`;
const tab = (name) => `tab-${name}`;
const type = (into, words) => ({ into, words });
const key = (...keys) => ({ keys });
const see = (what) => ({ see: what });
const list = JSON.stringify({ mcpServers: { notes: { url: "https://notes.example.com/mcp" }, files: { command: "npx" } } });

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
  { name: "The key is in a file", fake: "file" },
  { name: "Certificates are missing", fake: "nocerts" },
  { name: "A damaged list was kept aside", fake: "aside" },
  { name: "Long names", fake: "long" },
  { name: "A thousand servers and tools", fake: "thousand" },
  { name: "Nothing matches", fake: "full", way: [type(".side input", "nothing like it")] },
  ...["linear", "notion", "sentry", "github", "atlassian", "figma", "search", "old"].map(connectionOf),
  { name: "Connecting, with the tools of the last time", fake: "full", way: [server("vercel"), see("tool-create_issue")] },
  { name: "Ways out of failures", fake: "mendable", way: [".row [data-open]"] },
  { name: "Activity", fake: "full", way: [server("linear"), tab("activity")] },
  { name: "Activity of trouble", fake: "full", way: [server("linear"), tab("activity"), "label:has([data-testid=filter-trouble])"] },
  { name: "Settings", fake: "one", way: [server("linear"), tab("settings")] },
  { name: "Settings, advanced", fake: "mendable", way: [server("own"), tab("settings"), "advanced-toggle"] },
  { name: "Remove", fake: "one", way: [server("linear"), tab("settings"), "remove-server"] },
  { name: "Add", fake: "one", way: ["add-server"] },
  { name: "Add, looked at", fake: "one", way: ["add-server", type("add-url", "https://mcp.example.com/mcp"), see("add-change")] },
  { name: "Add, found in the catalogue", fake: "one", way: ["add-server", type("add-url", "git"), see("offer-github")] },
  { name: "Add, known to the catalogue", fake: "one", way: ["add-server", "offer-notion", see("known"), see("add-change")] },
  { name: "Import", fake: "import", way: ["add-server", "add-import", see("import-row")] },
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
  { name: "A newer version, on its way", fake: "update", way: ["update-show", "update-install", see("progress[value='48']")] },
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
