/** How far the pointer moves before a click becomes carrying, in pixels. */
const THRESHOLD = 5;
/** How near the edge a list begins to scroll under what is carried, and how much each frame. */
const EDGE = 36;
const SCROLL = 9;

interface Grip {
  id: string;
  from: number;
  count: number;
  /** Of one row with its gap, in pixels. */
  height: number;
  list: HTMLElement;
  pointer: number;
  pressedAt: number;
  scrolledAt: number;
}

/** A row that the pointer carries to another place of the list. All rows are equally high. */
export class Carry {
  #grip: Grip | null = null;
  #y = 0;
  #frame = 0;
  readonly #drop: (id: string, to: number) => void;
  /** The row under the pointer, once it has left its place. */
  id = $state<string | null>(null);
  /** Where it would be put down. */
  to = $state(0);
  /** How far it is from its old place, in pixels. */
  offset = $state(0);
  /** Whether the click that follows belongs to the carrying. */
  swallowsClick = false;

  constructor(drop: (id: string, to: number) => void) {
    this.#drop = drop;
  }

  press(event: PointerEvent, grip: Omit<Grip, "pointer" | "pressedAt" | "scrolledAt">): void {
    this.cancel();
    this.swallowsClick = false;
    const { pointerId: pointer, clientY: pressedAt } = event;
    this.#grip = { ...grip, pointer, pressedAt, scrolledAt: grip.list.scrollTop };
  }

  move(event: PointerEvent): void {
    const grip = this.#grip;
    if (!grip || event.pointerId !== grip.pointer) return;
    // The button was let go where nobody heard of it.
    if (!(event.buttons & 1)) return this.cancel();
    this.#y = event.clientY;
    if (this.id === null) {
      if (Math.abs(this.#y - grip.pressedAt) < THRESHOLD) return;
      grip.list.setPointerCapture(grip.pointer);
      this.id = grip.id;
      this.#frame = requestAnimationFrame(() => this.#scroll(grip));
    }
    this.#follow(grip);
  }

  /** Puts it down. */
  release(): void {
    const { id, to } = this;
    this.swallowsClick = id !== null;
    this.cancel();
    if (id !== null) this.#drop(id, to);
  }

  /** Leaves it where it was. */
  cancel(): void {
    cancelAnimationFrame(this.#frame);
    const { list, pointer } = this.#grip ?? {};
    if (pointer !== undefined && list?.hasPointerCapture(pointer)) list.releasePointerCapture(pointer);
    this.#grip = null;
    this.id = null;
  }

  /** How far a row stands aside for the one that is carried, in pixels. */
  shift(id: string, at: number): number {
    const grip = this.#grip;
    if (this.id === null || !grip) return 0;
    if (id === this.id) return this.offset;
    if (at > grip.from && at <= this.to) return -grip.height;
    if (at < grip.from && at >= this.to) return grip.height;
    return 0;
  }

  #follow(grip: Grip): void {
    const moved = this.#y - grip.pressedAt + grip.list.scrollTop - grip.scrolledAt;
    const least = -grip.from * grip.height;
    const most = (grip.count - 1 - grip.from) * grip.height;
    this.offset = Math.max(least, Math.min(most, moved));
    this.to = grip.from + Math.round(this.offset / grip.height);
  }

  /** Near an edge the list goes on under the pointer, also while that rests. */
  #scroll(grip: Grip): void {
    const { top, bottom } = grip.list.getBoundingClientRect();
    const by = this.#y < top + EDGE ? -SCROLL : this.#y > bottom - EDGE ? SCROLL : 0;
    if (by) {
      grip.list.scrollTop += by;
      this.#follow(grip);
    }
    this.#frame = requestAnimationFrame(() => this.#scroll(grip));
  }
}
