/** A secret while it is edited: it can be replaced or cleared, and never read. */
export class SecretDraft {
  #stored = $state(false);
  #mode = $state<"kept" | "typing" | "cleared">("typing");
  text = $state("");

  constructor(stored = false) {
    this.reset(stored);
  }

  reset(stored: boolean): void {
    this.#stored = stored;
    this.#mode = stored ? "kept" : "typing";
    this.text = "";
  }

  get mode() {
    return this.#mode;
  }

  get stored(): boolean {
    return this.#stored;
  }

  replace(): void {
    this.#mode = "typing";
  }

  clear(): void {
    this.#mode = "cleared";
  }

  /** Back to what is stored. */
  keep(): void {
    this.reset(this.#stored);
  }

  /** Nothing: it stays as it is. `null`: it is forgotten. */
  get change(): string | null | undefined {
    if (this.#mode === "cleared") return null;
    return this.#mode === "typing" && this.text.trim() ? this.text : undefined;
  }

  /** Whether there will be one when this is saved. */
  get present(): boolean {
    return this.#mode === "kept" || Boolean(this.change);
  }
}
