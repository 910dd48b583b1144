import { asError, type Backend } from "../backend/backend";
import type { UpdateStanding } from "../backend/update";
import type { ErrorView } from "../bindings/ErrorView";

/** New versions of the app, as far as the shell has told of them. */
export class Updates {
  readonly #backend: Backend;
  #stop: () => void = () => {};

  standing = $state.raw<UpdateStanding | null>(null);
  /** Whether the newer version is being looked at. */
  shown = $state(false);

  /** Why the last thing that the person wanted was refused. */
  refusal = $state.raw<ErrorView | null>(null);

  readonly error = $derived(this.refusal ?? this.standing?.error ?? null);
  readonly offer = $derived(this.standing?.offer ?? null);
  readonly busy = $derived(this.standing !== null && this.standing.work.kind !== "idle");

  /** Whether what is being done can be taken back: a program that is being replaced cannot. */
  readonly revocable = $derived(["waiting", "downloading"].includes(this.standing?.work.kind ?? ""));

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

  /** Tells whether it went well; a refusal is kept. */
  attempt(what: Promise<unknown>): Promise<boolean> {
    this.refusal = null;
    return what.then(
      () => true,
      (thrown: unknown) => {
        this.refusal = asError(thrown);
        return false;
      },
    );
  }

  #hear(standing: UpdateStanding): void {
    if (this.standing && standing.revision < this.standing.revision) return;
    this.standing = standing;
    this.shown &&= standing.offer !== null;
  }
}
