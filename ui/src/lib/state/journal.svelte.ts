import { SvelteMap } from "svelte/reactivity";
import { asError, type Backend } from "../backend/backend";
import type { Activity } from "../bindings/Activity";
import type { ErrorView } from "../bindings/ErrorView";

/** What is known of one server: the newest first. */
interface Story {
  /** `null` until it was read once. */
  entries: readonly Activity[] | null;
  loading: boolean;
  error: ErrorView | null;
}

/** As many as the engine keeps for a server. */
const MOST = 200;
const untold: Story = { entries: null, loading: false, error: null };

/** What happened to the servers, as far as somebody has looked. */
export class Journal {
  readonly #backend: Backend;
  readonly #stories = new SvelteMap<string, Story>();
  /** What was told while the rest was being read. */
  readonly #meanwhile = new Map<string, Activity[]>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  of(id: string): Story {
    return this.#stories.get(id) ?? untold;
  }

  /** Reads what is stored; what comes later is heard. */
  async load(id: string): Promise<void> {
    if (!this.of(id).loading) await this.#read(id);
  }

  /** Something was not heard: what was read is read again. */
  reload(): void {
    for (const id of this.#stories.keys()) void this.#read(id);
  }

  /** Only the answer to the last question counts. */
  async #read(id: string): Promise<void> {
    const meanwhile: Activity[] = [];
    this.#stories.set(id, { ...this.of(id), loading: true, error: null });
    this.#meanwhile.set(id, meanwhile);
    const told = await this.#backend.activity(id).then(
      (entries) => ({ entries: merged(entries, meanwhile), error: null }),
      (thrown: unknown) => ({ entries: this.of(id).entries, error: asError(thrown) }),
    );
    // The server may have gone meanwhile.
    if (this.#meanwhile.get(id) !== meanwhile) return;
    this.#meanwhile.delete(id);
    this.#stories.set(id, { ...told, loading: false });
  }

  hear(news: readonly Activity[]): void {
    for (const entry of news) {
      this.#meanwhile.get(entry.server)?.push(entry);
      const story = this.#stories.get(entry.server);
      if (story?.entries) this.#stories.set(entry.server, { ...story, entries: merged(story.entries, [entry]) });
    }
  }

  forget(id: string): void {
    this.#meanwhile.delete(id);
    this.#stories.delete(id);
  }
}

/** One that is over is never under way again, in whatever order it is told. */
export function merged(known: readonly Activity[], news: readonly Activity[]): Activity[] {
  const all = new Map(known.map((entry) => [entry.id, entry]));
  for (const entry of news) {
    const old = all.get(entry.id);
    if (!old || old.outcome === "running") all.set(entry.id, entry);
  }
  return [...all.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, MOST);
}
