/** Lends the keys of rows, so that one that comes fills a row that goes instead of having one made. */
export class Slots {
  readonly #lent = new Map<string, number>();
  #free: number[] = [];
  #made = 0;

  /** Takes back all but those that stay; of the others, the `drawn` ones can be filled anew. */
  turn(drawn: readonly number[], stays: (id: string, slot: number) => boolean): void {
    const free = new Set(drawn);
    for (const [id, slot] of this.#lent) {
      if (stays(id, slot)) free.delete(slot);
      else this.#lent.delete(id);
    }
    this.#free = [...free];
  }

  of(id: string): number {
    const slot = this.#lent.get(id) ?? this.#free.shift() ?? this.#made++;
    this.#lent.set(id, slot);
    return slot;
  }
}
