import type { ErrorView } from "../../bindings/ErrorView";
import type { RegistryInput } from "../../bindings/RegistryInput";
import type { RegistryPage } from "../../bindings/RegistryPage";
import type { RegistryRemote } from "../../bindings/RegistryRemote";
import type { RegistryServer } from "../../bindings/RegistryServer";

const offline: ErrorView = {
  code: "registry_unreachable",
  message: "The registry cannot be reached.",
  remedy: "Check the network. A server whose address you know can be added without it.",
};

const input = (name: string, more: Partial<RegistryInput> = {}): RegistryInput => ({
  name,
  description: null,
  required: true,
  secret: false,
  default: null,
  placeholder: null,
  choices: [],
  ...more,
});

const remote = (url: string, more: Partial<RegistryRemote> = {}): RegistryRemote => ({
  transport: "streamable_http",
  url,
  name: null,
  variables: [],
  headers: [],
  ...more,
});

const server = (id: string, title: string, description: string, ...remotes: RegistryRemote[]): RegistryServer => ({
  id,
  title,
  description,
  version: "1.0.0",
  remotes,
});

const first: RegistryServer[] = [
  server("com.example/weather", "Weather", "Forecasts for the whole world.", remote("https://weather.example.com/mcp")),
  server(
    "com.example/tenant",
    "Tenant search",
    "Searches what your company has written.",
    remote("https://{region}.example.com/{tenant}/mcp?key={key}", {
      variables: [
        input("region", { description: "Where your data is.", choices: ["eu", "us"], default: "eu" }),
        input("tenant", { description: "The short name of your company.", placeholder: "acme" }),
        input("key", { secret: true }),
      ],
    }),
  ),
  server(
    "io.github.somebody/keyed-notes",
    "Keyed notes",
    "Notes behind a key, with a description that goes on for rather longer than any row has room for.",
    remote("https://key.example.com/mcp", {
      headers: [
        { input: input("X-Api-Key", { description: "From your account page.", secret: true, placeholder: "nk_…" }), value: null },
        { input: input("X-Team", { required: false }), value: null },
        { input: input("X-Client", { required: false }), value: "registry" },
      ],
    }),
  ),
  server("com.example/old", "Old news", "Speaks SSE.", remote("https://old.example.com/sse", { transport: "sse" })),
];

const last = server(
  "com.example/last",
  "Last of all",
  "Nothing follows.",
  ...["https://last.example.com/mcp", "https://open.example.com/last"].map((url) =>
    remote(url, {
      headers: [
        { input: input("X-Client", { required: false }), value: "registry" },
        { input: input("X-Team", { required: false }), value: null },
      ],
    }),
  ),
);

/** A registry of five servers, on two pages. */
export function registryPage(query: string, cursor: string | null): RegistryPage {
  if (query.includes("offline")) throw offline;
  if (query.includes("nothing")) return { servers: [], next: null };
  if (cursor) return { servers: [last], next: null };
  return { servers: first, next: "two" };
}
