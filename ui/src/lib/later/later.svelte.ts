/** Part of the program that the first picture does without; it comes in a file of its own. */
export class Later<Part> {
  readonly #bring: () => Promise<Part>;
  #coming: Promise<Part> | null = null;
  #part = $state.raw<Part | null>(null);

  constructor(bring: () => Promise<Part>) {
    this.#bring = bring;
  }

  /** `null` until it is here; for those who have time until somebody sends for it. */
  get here(): Part | null {
    return this.#part;
  }

  /** `null` until it is here; whoever looks sends for it. */
  get part(): Part | null {
    if (!this.#part) void this.load();
    return this.#part;
  }

  load(): Promise<Part> {
    this.#coming ??= this.#bring().then((part) => (this.#part = part));
    return this.#coming;
  }
}
