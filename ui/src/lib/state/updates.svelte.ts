import type { Backend } from "../backend/backend";
import type { UpdateStanding } from "../backend/update";

/** New versions of the app, as far as the shell has told of them. */
export class Updates {
  readonly #backend: Backend;
  #stop: () => void = () => {};

  standing = $state.raw<UpdateStanding | null>(null);
  /** Whether the newer version is being looked at. */
  shown = $state(false);

  readonly offer = $derived(this.standing?.offer ?? null);
  readonly busy = $derived(this.standing !== null && this.standing.work.kind !== "idle");

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async start(): Promise<void> {
    this.stop();
    try {
      this.#stop = await this.#backend.listenToUpdates((standing) => this.#hear(standing));
      this.#hear(await this.#backend.update("standing"));
    } catch {
      // Then there are none to speak of, and all else works.
      this.standing = null;
    }
  }

  stop(): void {
    this.#stop();
  }

  #hear(standing: UpdateStanding): void {
    if (this.standing && standing.revision < this.standing.revision) return;
    this.standing = standing;
    this.shown &&= standing.offer !== null;
  }
}
