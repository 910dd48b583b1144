// npm oidc-provider, as near to its defaults as an MCP client needs: open registration, PKCE,
// rotating refresh tokens, revocation, resource indicators, opaque access tokens.

import { randomBytes } from 'node:crypto';

import Provider, { errors } from 'oidc-provider';

import { Store } from './store.mjs';

/** The MCP server's own account, for introspection. */
export const introspector = {
  id: 'mcp-server',
  secret: randomBytes(32).toString('base64url'),
};

export function authorizationServer({ issuer, resource, settings, note, count }) {
  const provider = new Provider(issuer, {
    adapter: Store,
    clients: [
      {
        client_id: introspector.id,
        client_secret: introspector.secret,
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
    ],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    // A registration that names a scope which is not listed here is refused.
    scopes: ['openid', 'offline_access', 'tools'],
    claims: { openid: ['sub', 'email'] },
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_ctx, indicator) {
          if (indicator !== resource) throw new errors.InvalidTarget();
          return {
            scope: 'tools',
            accessTokenFormat: 'opaque',
            accessTokenTTL: settings.accessTokenSeconds,
          };
        },
      },
    },
    // The state of a sign-in is in cookies and in the store; nothing here knows a real person.
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.com` }),
    }),
  });

  provider.use(async (ctx, next) => {
    await next();
    // Its pages ask Google for a font.
    ctx.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    record(ctx, note, count);
  });
  return provider;
}

/** Remembers every secret that passes, and counts what was done. */
function record(ctx, note, count) {
  const params = ctx.oidc?.params ?? {};
  for (const name of ['code', 'code_verifier', 'refresh_token', 'client_secret', 'state', 'token']) {
    note(params[name]);
  }
  const body = ctx.body && typeof ctx.body === 'object' ? ctx.body : {};
  for (const name of [
    'access_token',
    'refresh_token',
    'id_token',
    'client_secret',
    'registration_access_token',
  ]) {
    note(body[name]);
  }
  const location = ctx.response.get('location');
  if (location && URL.canParse(location)) note(new URL(location).searchParams.get('code'));

  if (ctx.status >= 400) return;
  const route = ctx.oidc?.route;
  if (route === 'registration') count('registrations');
  if (route === 'revocation') count('revocations');
  if (route === 'token' && params.grant_type === 'refresh_token') count('refreshes');
  if (route === 'token' && params.grant_type === 'authorization_code') count('token_exchanges');
}

/** RFC 7662, over HTTP, as a server of another house would do it. */
export async function introspect(issuer, token) {
  const account = Buffer.from(`${introspector.id}:${introspector.secret}`).toString('base64');
  const answer = await fetch(`${issuer}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${account}` },
    body: new URLSearchParams({ token }),
  });
  if (!answer.ok) throw new Error(`introspection answered ${answer.status}`);
  return answer.json();
}

