import type { ErrorView } from "../../bindings/ErrorView";
import type { UpdateCommand, UpdateStanding, UpdateWork } from "../update";

/** What is found when somebody looks, and what becomes of it. */
export interface FakeRelease {
  found?: UpdateStanding["offer"];
  /** Why it cannot be found out. */
  unreachable?: ErrorView;
  /** Why it is not installed. */
  refused?: ErrorView;
  /** A sign-in is under way. */
  signingIn?: boolean;
}

const plain: UpdateStanding = {
  revision: 1,
  version: "0.1.0",
  way: "packages",
  work: { kind: "idle" },
  offer: null,
  putOff: false,
  checkedAt: null,
  error: null,
};

/** New versions that nobody has made. */
export class FakeUpdates {
  #now: UpdateStanding;
  #hear: (standing: UpdateStanding) => void = () => {};
  readonly #log: string[];
  readonly #step: number;
  /** What comes of what is being done. */
  #later: ReturnType<typeof setTimeout>[] = [];
  release: FakeRelease;

  constructor(log: string[], step: number, begin: Partial<UpdateStanding> = {}, release: FakeRelease = {}) {
    this.#log = log;
    this.#step = step;
    this.#now = { ...plain, ...begin };
    this.release = release;
  }

  listenToUpdates = async (hear: (standing: UpdateStanding) => void): Promise<() => void> => {
    this.#hear = hear;
    return () => (this.#hear = () => {});
  };

  async update(what: UpdateCommand): Promise<UpdateStanding> {
    if (what === "standing") return this.#now;
    this.#log.push(`update ${what}`);
    if (what === "check") this.#check();
    else if (what === "install") this.#install();
    else if (what === "cancel") this.#cancel();
    else this.tell({ putOff: true });
    return this.#now;
  }

  #check(): void {
    this.#work(this.release.signingIn ? "waiting" : "checking");
    if (this.release.signingIn) return;
    this.#after(1, () => {
      const { unreachable, found = null } = this.release;
      const known = { offer: found, putOff: false, checkedAt: Math.floor(Date.now() / 1000) };
      this.tell({ work: { kind: "idle" }, ...(unreachable ? { error: unreachable } : known) });
    });
  }

  #install(): void {
    this.#work("downloading", 0);
    const { refused, signingIn } = this.release;
    this.#after(1, () => this.#work("downloading", 48));
    this.#after(2, () => {
      if (refused) this.tell({ work: { kind: "idle" }, error: refused });
      else this.#work(signingIn ? "waiting" : "installing");
    });
  }

  #cancel(): void {
    if (this.#now.work.kind !== "waiting" && this.#now.work.kind !== "downloading") return;
    this.#later.forEach(clearTimeout);
    this.#work("idle");
  }

  #after(steps: number, what: () => void): void {
    this.#later.push(setTimeout(what, steps * this.#step));
  }

  /** The person has chosen. */
  heed(daily: boolean): void {
    if (daily) void this.update("check");
    else this.tell({ work: { kind: "idle" }, offer: null, error: null });
  }

  /** Something changes by itself. */
  tell(change: Partial<UpdateStanding>): void {
    this.#now = { ...this.#now, revision: this.#now.revision + 1, ...change };
    this.#hear(this.#now);
  }

  #work(kind: UpdateWork["kind"], percent: number | null = null): void {
    this.tell({ error: null, work: kind === "downloading" ? { kind, percent } : { kind } });
  }
}

export const newVersion: UpdateStanding["offer"] = {
  version: "0.2.0",
  notes: `### Added

- Servers can be **grouped**, and a group folded up.
- \`drawbridge export --group NAME\` writes one of them.

### Fixed

- A sign-in that was begun twice in the same second no longer ends the first.
- On Wayland the window of a sign-in opens beside the main one.`,
};

export const notSigned: ErrorView = {
  code: "update_not_signed",
  message: "The new version is not signed by those who make Drawbridge. Nothing of it was installed.",
  remedy: "Try again later. If it stays so, tell those who make Drawbridge.",
};
