// An MCP server on the official TypeScript SDK, guarded by the SDK's own middleware.

import { randomUUID } from 'node:crypto';

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  isInitializeRequest,
} from '@modelcontextprotocol/sdk/types.js';

import { introspect } from './authorization_server.mjs';

const text = (words) => ({ content: [{ type: 'text', text: words }] });

const tools = [
  {
    name: 'echo',
    description: 'Says it again.',
    inputSchema: {
      type: 'object',
      properties: { words: { type: 'string' } },
      required: ['words'],
    },
    run: ({ words }) => text(String(words)),
  },
  {
    name: 'add',
    description: 'Adds two numbers.',
    inputSchema: {
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'number' } },
      required: ['a', 'b'],
    },
    outputSchema: {
      type: 'object',
      properties: { sum: { type: 'number' } },
      required: ['sum'],
    },
    run: ({ a, b }) => ({ ...text(String(a + b)), structuredContent: { sum: a + b } }),
  },
  {
    name: 'whoami',
    description: 'Tells who is signed in.',
    inputSchema: { type: 'object' },
    run: (_, { authInfo }) => text(authInfo?.extra?.sub ?? 'nobody'),
  },
];

export function mcpServer({ url, issuer, note }) {
  const app = createMcpExpressApp();
  const sessions = new Map();

  app.use(
    mcpAuthMetadataRouter({
      // The SDK wants the whole document; a client goes to the issuer for it.
      oauthMetadata: {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        response_types_supported: ['code'],
      },
      resourceServerUrl: url,
      scopesSupported: ['tools'],
      resourceName: 'Third-party tools',
    }),
  );

  const guard = requireBearerAuth({
    verifier: { verifyAccessToken: (token) => verify(issuer, token, note) },
    requiredScopes: ['tools'],
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(url),
    expectedResource: url,
  });

  app.post('/mcp', guard, async (request, response) => {
    const known = sessions.get(request.headers['mcp-session-id']);
    if (known) return known.handleRequest(request, response, request.body);
    if (request.headers['mcp-session-id']) return refuse(response, 404, 'Session not found');
    if (!isInitializeRequest(request.body)) return refuse(response, 400, 'No session');
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => sessions.set(id, transport),
      onsessionclosed: (id) => sessions.delete(id),
    });
    await talker().connect(transport);
    return transport.handleRequest(request, response, request.body);
  });

  const inSession = (request, response) => {
    const known = sessions.get(request.headers['mcp-session-id']);
    return known ? known.handleRequest(request, response) : refuse(response, 404, 'Session not found');
  };
  app.get('/mcp', guard, inSession);
  app.delete('/mcp', guard, inSession);

  return { app, dropSessions: () => sessions.clear() };
}

function talker() {
  const server = new Server(
    { name: 'third-party-tools', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true } } },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ run: _, ...tool }) => tool),
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) return { ...text(`No tool ${params.name}`), isError: true };
    return tool.run(params.arguments ?? {}, extra);
  });
  return server;
}

async function verify(issuer, token, note) {
  note(token);
  const answer = await introspect(issuer, token);
  if (!answer.active) throw new InvalidTokenError('The token is not good');
  return {
    token,
    clientId: answer.client_id,
    scopes: (answer.scope ?? '').split(' '),
    expiresAt: answer.exp,
    resource: new URL(answer.aud),
    extra: { sub: answer.sub },
  };
}

function refuse(response, status, message) {
  response.status(status).json({ jsonrpc: '2.0', id: null, error: { code: -32000, message } });
}
