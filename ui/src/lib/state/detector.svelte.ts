import { asError, type Backend } from "../backend/backend";
import type { Detection } from "../bindings/Detection";
import type { ErrorView } from "../bindings/ErrorView";
import { checkAddress } from "./address";

const PAUSE = 400;

export type Look =
  | { state: "idle" }
  | { state: "looking" }
  | { state: "stopped" }
  | { state: "found"; detection: Detection }
  | { state: "failed"; error: ErrorView };

/** Looks at an address a moment after the typing stops; a newer look makes an older one void. */
export class Detector {
  readonly #backend: Backend;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  look = $state.raw<Look>({ state: "idle" });

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  watch(url: string): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    const valid = checkAddress(url) === "valid";
    this.look = { state: valid ? "looking" : "idle" };
    if (valid) this.#timer = setTimeout(() => void this.#detect(url.trim()), PAUSE);
  }

  stop(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    if (this.look.state === "looking") this.look = { state: "stopped" };
  }

  async #detect(url: string): Promise<void> {
    const turn = this.#turn;
    const look = await this.#backend.detect(url).then(
      (detection): Look => ({ state: "found", detection }),
      (thrown: unknown): Look => ({ state: "failed", error: asError(thrown) }),
    );
    if (turn === this.#turn) this.look = look;
  }
}
