const STEPS = [80, 90, 100, 110, 125, 150, 175, 200];
const USUAL = STEPS.indexOf(100);
const NAME = "zoom";
const root = document.documentElement;

let kept: Storage | undefined;
try {
  kept = localStorage;
} catch {
  // Without a place to keep it, the next start is as usual.
}

/** How large everything is: all sizes count in `rem`. Kept by the page, until all data are deleted. */
class Zoom {
  #at = $state(USUAL);

  constructor() {
    this.#go(STEPS.indexOf(Number(kept?.getItem(NAME))));
  }

  larger(): void {
    this.#choose(this.#at + 1);
  }

  smaller(): void {
    this.#choose(this.#at - 1);
  }

  usual(): void {
    this.#choose(USUAL);
  }

  /** In pixels. */
  get rem(): number {
    void this.#at;
    return Number.parseFloat(getComputedStyle(root).fontSize) || 16;
  }

  #choose(to: number): void {
    this.#go(to);
    kept?.setItem(NAME, String(STEPS[this.#at]));
  }

  #go(to: number): void {
    const size = STEPS[to];
    if (!size) return;
    this.#at = to;
    root.style.fontSize = to === USUAL ? "" : `${size}%`;
  }
}

export const zoom = new Zoom();
