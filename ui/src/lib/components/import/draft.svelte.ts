import { asError } from "../../backend/backend";
import type { ErrorView } from "../../bindings/ErrorView";
import type { ImportEntry } from "../../bindings/ImportEntry";
import type { ImportResult } from "../../bindings/ImportResult";
import type { ImportSource } from "../../bindings/ImportSource";
import type { Brought } from "../../state/brought";
import type { Pane } from "../../state/pane.svelte";
import { t } from "../../text/later";

/** How many servers are added at once: each may have to be looked at first. */
const AT_ONCE = 4;

export type Ready = Extract<ImportEntry, { kind: "ready" }>;
type Skipped = Extract<ImportEntry, { kind: "skipped" }>;

/** What becomes of a row. */
type Fate = { state: "waiting" | "adding" } | { state: "added"; id: string } | { state: "refused"; error: ErrorView };

/** A server that can be added. */
export class Row {
  readonly at: number;
  readonly entry: Ready;
  /** The row above that has its address. */
  readonly twin: string | null;
  ticked = $state(false);
  fate = $state.raw<Fate | null>(null);

  constructor(at: number, entry: Ready, twin: string | null) {
    this.at = at;
    this.entry = entry;
    this.twin = twin;
    this.ticked = entry.existing === null && twin === null;
  }
}

/** A list, and where it comes from. */
export interface Group {
  key: string;
  title: string;
  path: string | null;
  source: ImportSource | null;
  rows: Row[];
  left: Skipped[];
  problem: ErrorView | null;
}

/** Lists of servers while the person chooses from them. */
export class ImportDraft {
  readonly #pane: Pane;
  #texts = 0;
  /** What is to be added, and has not begun. */
  #waiting: { row: Row; source: ImportSource }[] = [];

  /** What was handed to the last run. */
  #picked = $state.raw<Row[]>([]);

  groups = $state.raw<Group[]>([]);
  /** Whether a list was brought since, and nobody has chosen from it. */
  more = $state(false);
  phase = $state<"looking" | "choosing" | "adding" | "done">("looking");
  /** Why nobody could look. */
  problem = $state.raw<ErrorView | null>(null);

  constructor(pane: Pane) {
    this.#pane = pane;
  }

  get rows(): Row[] {
    return this.groups.flatMap(({ rows }) => rows);
  }

  readonly ticked = $derived(this.rows.filter(({ ticked }) => ticked).length);
  readonly all = $derived(this.#picked.length);
  readonly settled = $derived(this.#picked.filter(({ fate }) => fate?.state === "added" || fate?.state === "refused").length);
  readonly added = $derived(this.#picked.flatMap(({ fate }) => (fate?.state === "added" ? [fate.id] : [])));

  /** Looks for the lists of other programs; those that were read already stay as they are. */
  async look(): Promise<void> {
    this.phase = "looking";
    this.problem = null;
    this.groups = this.groups.filter(({ source, problem }) => source?.kind !== "found" || !problem);
    try {
      for (const { id, client, path, entries, problem } of await this.#pane.backend.findConfigs()) {
        if (this.groups.some(({ key }) => key === id)) continue;
        const source: ImportSource = { kind: "found", config: id };
        this.#add({ key: id, title: client, path, source, problem }, entries);
      }
    } catch (thrown) {
      this.problem = asError(thrown);
    }
    if (this.phase === "looking") this.phase = "choosing";
  }

  /** Shows what somebody brought, or keeps it until what is being added is. Tells whether it could be read. */
  async bring({ name, text, problem }: Brought): Promise<boolean> {
    if (this.phase === "done") this.goOn();
    const head = { key: `text-${(this.#texts += 1)}`, title: name ?? t.import.pasted, path: null };
    // A second try takes the place of the first.
    this.groups = this.groups.filter((group) => !group.problem || group.title !== head.title);
    if (problem) {
      this.#add({ ...head, source: null, problem: { code: `import_${problem}`, message: t.import.unread[problem], remedy: null } }, []);
      return false;
    }
    try {
      const { entries } = await this.#pane.backend.previewImport(text);
      this.#add({ ...head, source: { kind: "text", text }, problem: null }, entries);
      return true;
    } catch (thrown) {
      this.#add({ ...head, source: null, problem: asError(thrown) }, []);
      return false;
    }
  }

  /** Chooses from what was brought since; what became of the rest has been told. */
  goOn(): void {
    this.groups = this.groups.filter(({ rows }) => !rows.some(({ fate }) => fate));
    this.more = false;
    this.phase = "choosing";
  }

  drop(key: string): void {
    this.groups = this.groups.filter((group) => group.key !== key);
  }

  /** Adds what is ticked, a few at a time. */
  async run(): Promise<void> {
    this.phase = "adding";
    this.#waiting = this.groups.flatMap(({ rows, source }) =>
      rows.filter(({ ticked }) => ticked).map((row) => ({ row, source: source! })),
    );
    this.#picked = this.#waiting.map(({ row }) => row);
    for (const row of this.#picked) row.fate = { state: "waiting" };
    const work = async () => {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await this.#import(next.row, next.source);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.phase = "done";
  }

  /** What has begun is done; the rest is left. */
  stop(): void {
    for (const { row } of this.#waiting.splice(0)) row.fate = null;
  }

  async #import(row: Row, source: ImportSource): Promise<void> {
    row.fate = { state: "adding" };
    const pick = { at: row.at, name: row.entry.name };
    row.fate = await this.#pane.backend.importPicked(source, [pick]).then(
      ({ entries }) => fateOf(entries[0]!),
      (thrown: unknown): Fate => ({ state: "refused", error: asError(thrown) }),
    );
  }

  #add(head: Omit<Group, "rows" | "left">, entries: ImportEntry[]): void {
    const above = this.rows;
    const rows: Row[] = [];
    const left: Skipped[] = [];
    entries.forEach((entry, at) => {
      if (entry.kind === "skipped") return void left.push(entry);
      const twin = [...above, ...rows].find((row) => row.entry.url === entry.url);
      rows.push(new Row(at, entry, twin?.entry.name ?? null));
    });
    // What the person brings is what they want to see.
    const brought = head.source?.kind !== "found" && head.key.startsWith("text-");
    const group = { ...head, rows, left };
    this.groups = brought ? [group, ...this.groups] : [...this.groups, group];
    this.more = this.phase === "adding" || this.phase === "done";
  }
}

function fateOf(result: ImportResult): Fate {
  switch (result.kind) {
    case "added":
      return { state: "added", id: result.server };
    case "refused":
      return { state: "refused", error: result.error };
    case "skipped":
      return { state: "refused", error: result.reason };
  }
}
