import { SvelteMap } from "svelte/reactivity";
import { asError, type Backend } from "../backend/backend";
import type { ErrorView } from "../bindings/ErrorView";
import type { ToolView } from "../bindings/ToolView";
import { once } from "./once";
import type { CallProgress, Trial } from "./trial.svelte";

/** The tools of one server, as far as they are known. */
interface Shelf {
  /** `null` until a list has come; a later failure does not take it away. */
  tools: readonly ToolView[] | null;
  loading: boolean;
  error: ErrorView | null;
  /** How it was before the server itself was asked, as long as that takes. */
  before: Shelf | null;
}

const empty: Shelf = { tools: null, loading: false, error: null, before: null };

/** The tools of all servers, and what the person is trying with them. */
export class Toolbox {
  readonly #backend: Backend;
  readonly #shelves = new SvelteMap<string, Shelf>();
  readonly #trials = new Map<string, Trial>();
  readonly #asked = new Map<string, number>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  shelf(id: string): Shelf {
    return this.#shelves.get(id) ?? empty;
  }

  /** Loads the stored list unless it is here; those that nobody looks at any more go. */
  async load(id: string): Promise<void> {
    const shelf = this.shelf(id);
    for (const other of this.#shelves.keys()) if (other !== id) this.#drop(other);
    if (!shelf.tools && !shelf.loading) await this.reload(id);
  }

  reload(id: string): Promise<void> {
    return this.#take(id, () => this.#backend.tools(id));
  }

  /** Loads a list anew where it is here. */
  outdate(id: string): void {
    if (this.#shelves.has(id)) void this.reload(id);
  }

  /** Loads every list anew that is here. */
  outdateAll(): void {
    for (const id of this.#shelves.keys()) void this.reload(id);
  }

  /** Looks again where the list that was loaded is not the one that is told of. */
  expect(id: string, count: number): void {
    const shelf = this.#shelves.get(id);
    if (shelf && !shelf.loading && shelf.tools?.length !== count) void this.reload(id);
  }

  /** Asks the server itself. */
  refresh(id: string): Promise<void> {
    const shelf = this.shelf(id);
    return this.#take(id, () => this.#backend.refreshTools(id), shelf.before ?? { ...shelf, loading: false });
  }

  /** Waits for the server no longer. What it answers all the same is told of as any change is. */
  stop(id: string): void {
    const { before } = this.shelf(id);
    if (!before) return;
    this.#drop(id);
    this.#shelves.set(id, before);
  }

  /** An answer that is on its way is for nobody. */
  #drop(id: string): void {
    this.#asked.set(id, (this.#asked.get(id) ?? 0) + 1);
    this.#shelves.delete(id);
  }

  forget(id: string): void {
    this.#drop(id);
    for (const [key, trial] of this.#trials) {
      if (trial.serverId !== id) continue;
      trial.forget();
      this.#trials.delete(key);
    }
  }

  /** The same trial each time, so that arguments and result outlive a look at another tab. */
  trial(id: string, tool: ToolView, begin: (backend: Backend) => Trial): Trial {
    const key = JSON.stringify([id, tool.name]);
    const trial = this.#trials.get(key) ?? begin(this.#backend);
    this.#trials.set(key, trial);
    return trial;
  }

  hear(progress: CallProgress): void {
    for (const trial of this.#trials.values()) trial.hear(progress);
  }

  /** Only the answer to the last question counts. */
  async #take(id: string, ask: () => Promise<ToolView[]>, before: Shelf | null = null): Promise<void> {
    const turn = (this.#asked.get(id) ?? 0) + 1;
    this.#asked.set(id, turn);
    this.#shelves.set(id, { ...this.shelf(id), loading: true, error: null, before });
    const answer = await ask().then(
      (tools) => ({ tools: once(tools, ({ name }) => name), error: null }),
      (thrown: unknown) => ({ tools: this.shelf(id).tools, error: asError(thrown) }),
    );
    if (this.#asked.get(id) === turn) this.#shelves.set(id, { ...empty, ...answer });
  }
}
