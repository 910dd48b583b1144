// The authorization server's memory: oidc-provider's adapter interface over one Map, with the two
// levers that the tests need.

const rows = new Map(); // "Model:id" → { payload, expires }

export class Store {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    const expires = expiresIn ? Date.now() + expiresIn * 1000 : Infinity;
    rows.set(`${this.model}:${id}`, { payload, expires });
  }

  async find(id) {
    const row = rows.get(`${this.model}:${id}`);
    return row && row.expires > Date.now() ? row.payload : undefined;
  }

  async findByUid(uid) {
    return this.#search((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode) {
    return this.#search((payload) => payload.userCode === userCode);
  }

  async consume(id) {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    rows.delete(`${this.model}:${id}`);
  }

  async revokeByGrantId(grantId) {
    remove((_, { payload }) => payload.grantId === grantId);
  }

  #search(fits) {
    for (const [key, { payload, expires }] of rows) {
      if (key.startsWith(`${this.model}:`) && expires > Date.now() && fits(payload)) return payload;
    }
    return undefined;
  }
}

/** Every access token is gone before its time; refresh tokens live on. */
export function expireAccessTokens() {
  remove((key) => key.startsWith('AccessToken:'));
}

/** Every grant is gone with all its tokens, as if the person had removed the app. */
export function revokeGrants() {
  remove((key) => /^(Grant|AccessToken|RefreshToken|AuthorizationCode):/.test(key));
}

function remove(fits) {
  for (const [key, row] of rows) {
    if (fits(key, row)) rows.delete(key);
  }
}
