import { asError, type Backend } from "../../backend/backend";
import type { ErrorView } from "../../bindings/ErrorView";
import type { RegistryServer } from "../../bindings/RegistryServer";
import { once } from "../../state/once";

export type Search =
  | { state: "idle" }
  | { state: "asking"; servers: RegistryServer[] }
  | { state: "found"; servers: RegistryServer[]; next: string | null }
  | { state: "failed"; servers: RegistryServer[]; next: string | null; error: ErrorView };

/** A search of the registry, which is asked only when the person says so: what is typed is theirs. */
export class RegistrySearch {
  readonly #backend: Backend;
  #turn = 0;
  query = $state("");
  now = $state.raw<Search>({ state: "idle" });

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  search(query: string): Promise<void> {
    this.query = query.trim();
    return this.#ask([], null);
  }

  /** Goes on, or tries once more. */
  more(): Promise<void> {
    if (this.now.state === "found" || this.now.state === "failed") return this.#ask(this.now.servers, this.now.next);
    return Promise.resolve();
  }

  reset(): void {
    this.#turn += 1;
    this.now = { state: "idle" };
  }

  async #ask(servers: RegistryServer[], cursor: string | null): Promise<void> {
    const turn = (this.#turn += 1);
    this.now = { state: "asking", servers };
    const found = await this.#backend.searchRegistry(this.query, cursor).then(
      (page): Search => ({ state: "found", servers: once([...servers, ...page.servers], ({ id }) => id), next: page.next }),
      (thrown: unknown): Search => ({ state: "failed", servers, next: cursor, error: asError(thrown) }),
    );
    if (turn === this.#turn) this.now = found;
  }
}
