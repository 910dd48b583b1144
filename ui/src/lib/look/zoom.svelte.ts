const STEPS = [80, 90, 100, 110, 125, 150, 175, 200];
const USUAL = STEPS.indexOf(100);
const NAME = "zoom";

/** How large everything is: all sizes count in `rem`. Kept by the page, until all data are deleted. */
class Zoom {
  #at = $state(USUAL);

  constructor() {
    // Whoever cannot look it up begins as usual.
    try {
      this.#go(STEPS.indexOf(Number(localStorage.getItem(NAME))));
    } catch {
      this.#go(USUAL);
    }
  }

  larger(): void {
    this.#go(this.#at + 1);
  }

  smaller(): void {
    this.#go(this.#at - 1);
  }

  usual(): void {
    this.#go(USUAL);
  }

  /** In pixels. */
  get rem(): number {
    void this.#at;
    return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  }

  #go(to: number): void {
    const size = STEPS[to];
    if (!size) return;
    this.#at = to;
    document.documentElement.style.fontSize = to === USUAL ? "" : `${size}%`;
    localStorage.setItem(NAME, String(size));
  }
}

export const zoom = new Zoom();
