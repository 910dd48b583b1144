import type { Event } from "../../bindings/Event";
import type { ServerView } from "../../bindings/ServerView";

/** The servers that a pretended engine keeps; it tells of every change. */
export class FakeList {
  #servers: ServerView[];
  #revision = 1000;
  readonly #tell: (event: Event) => void;

  constructor(servers: readonly ServerView[], tell: (event: Event) => void) {
    this.#servers = [...servers];
    this.#tell = tell;
  }

  all(): ServerView[] {
    return this.#servers;
  }

  get(id: string): ServerView {
    const server = this.#servers.find((one) => one.id === id);
    if (!server) throw { code: "unknown_server", message: "This server is no longer in the list.", remedy: null };
    return server;
  }

  at(url: string): ServerView | undefined {
    return this.#servers.find((server) => server.url === url);
  }

  /** Adds a server, or takes it in the place of the one that it was. */
  put(server: ServerView): ServerView {
    const next = { ...server, revision: this.#next() };
    const at = this.#servers.findIndex(({ id }) => id === next.id);
    if (at < 0) this.#servers.push(next);
    else this.#servers[at] = next;
    this.#tell({ type: "server_changed", server: next });
    return next;
  }

  move(id: string, to: number): void {
    const server = this.get(id);
    this.#servers = this.#servers.filter((other) => other !== server).toSpliced(to, 0, server);
    this.#tell({ type: "order_changed", order: this.#servers.map((one) => one.id) });
  }

  remove(id: string): void {
    this.removeUnheard(id);
    this.#tell({ type: "server_removed", id, revision: this.#next() });
  }

  removeUnheard(id: string): void {
    this.#servers = this.#servers.filter((server) => server.id !== id);
  }

  clear(): void {
    this.#servers = [];
  }

  #next(): number {
    return (this.#revision += 1);
  }
}
