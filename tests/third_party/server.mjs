// Starts both servers on free ports; the MCP server is the one on the Python SDK if an interpreter is
// named, or else the one on the TypeScript SDK. Prints one JSON line with their addresses, and
// then answers one JSON line on standard output for each JSON line on standard input. Ends when that
// closes.

import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import { authorizationServer, introspector } from './authorization_server.mjs';
import { mcpServer } from './mcp_server.mjs';
import { pythonServer } from './python.mjs';
import { expireAccessTokens, revokeGrants } from './store.mjs';

// Standard output is ours alone, and the library's advice to operators is for others. Faults still
// come out on standard error.
console.log = console.info = console.warn = () => {};

const settings = { accessTokenSeconds: 3600 };
const counters = { registrations: 0, token_exchanges: 0, refreshes: 0, revocations: 0 };
const secrets = new Set([introspector.secret]);
const note = (secret) => typeof secret === 'string' && secret.length >= 8 && secrets.add(secret);
const count = (name) => (counters[name] += 1);

const auth = await listen();
const issuer = auth.origin;
const [, , python] = process.argv;
const tools = python ? await pythonServer({ python, issuer }) : await typeScriptServer();
const { url } = tools;
const provider = authorizationServer({ issuer, resource: url.href, settings, note, count });
provider.on('server_error', (_, error) => console.error(error));
auth.server.on('request', provider.callback());

const orders = {
  revoke_grants: () => revokeGrants(),
  expire_access_tokens: () => expireAccessTokens(),
  drop_sessions: () => tools.dropSessions(),
  access_token_seconds: ({ seconds }) => (settings.accessTokenSeconds = seconds),
  secrets: () => [...secrets],
  counters: () => counters,
};

print({ mcp: url.href, issuer });

function print(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function typeScriptServer() {
  const { server, origin } = await listen();
  const url = new URL('/mcp', origin);
  const { app, dropSessions } = mcpServer({ url, issuer, note });
  server.on('request', app);
  return { url, dropSessions };
}

async function listen() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

// One at a time, as they came.
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  print({ result: (await orders[order.do](order)) ?? null });
}
process.exit(0);
