import { SvelteMap } from "svelte/reactivity";
import { asError, type Arguments, type Backend } from "../backend/backend";
import type { Event } from "../bindings/Event";
import type { ToolView } from "../bindings/ToolView";
import { exampleArguments } from "../schema/example";
import { inexactIn, readJson, writeJson } from "../schema/exact";
import { problemsIn } from "../schema/form/check";
import { isSchema, type Schema } from "../schema/schema";
import { same } from "../schema/values";
import { t } from "../text/later";
import type { Filling, Typed } from "./filling";
import type { Ending, Run } from "./run";

export type CallProgress = Extract<Event, { type: "call_progress" }>;

export type Reading = { ok: true; value: Arguments } | { ok: false; problem: string };

/** How many runs of a tool are kept, in this window and only while it is open. */
const KEPT = 10;

/** How much of what came back is kept, for all tools together, in letters. */
const ROOM = 50_000_000;
/** What is kept of all tools, the oldest first. */
let kept: { trial: Trial; run: Run; size: number }[] = [];

let calls = 0;

/** One tool being tried: its arguments, what runs, what came back. */
export class Trial implements Filling {
  readonly #backend: Backend;
  readonly serverId: string;
  readonly tool: string;
  readonly forPeople = false;
  #described: unknown;
  #first = "";
  #text = $state("");
  #running = $state.raw<{ call: string; text: string } | null>(null);

  schema = $state.raw<Schema>({});
  /** The last arguments that could be read; form and JSON show the same. */
  value = $state.raw<Arguments>({});
  /** Why the JSON cannot be read, once somebody wanted to run it. */
  problem = $state<string | null>(null);
  /** Whether somebody wanted to run it, so that what is wrong is said. */
  checked = $state(false);
  /** What is wrong with parts of the form that are JSON, and cannot be read yet. */
  readonly unreadable = new SvelteMap<string, string>();
  /** What was typed into these parts stays while the person looks at something else. */
  readonly typed = new SvelteMap<string, Typed>();
  startedAt = $state(0);
  /** How far the tool is, where it says so. */
  progress = $state.raw<CallProgress | null>(null);
  /** Newest first. */
  runs = $state.raw<readonly Run[]>([]);
  /** The run whose result is looked at. */
  shown = $state.raw<Run | null>(null);

  readonly broken = $derived(!readArguments(this.#text).ok);
  readonly problems = $derived.by(() => (this.checked && !this.broken ? problemsIn(this.schema, this.schema, this.value) : []));

  constructor(backend: Backend, serverId: string, tool: ToolView) {
    this.#backend = backend;
    this.serverId = serverId;
    this.tool = tool.name;
    this.learn(tool);
  }

  /** A server may describe its tool anew: what was typed and what came back stays. */
  learn({ inputSchema }: ToolView): void {
    if (this.#first && same(inputSchema, this.#described)) return;
    const untouched = this.#text === this.#first;
    this.#described = inputSchema;
    this.schema = isSchema(inputSchema) ? inputSchema : {};
    this.#first = writeJson(exampleArguments(inputSchema));
    if (untouched) this.text = this.#first;
  }

  get legend(): string {
    return t.try.form;
  }

  get text(): string {
    return this.#text;
  }

  /** A mark that is out of date goes away while it is being mended. */
  set text(text: string) {
    this.#text = text;
    const reading = readArguments(text);
    if (reading.ok) this.value = reading.value;
    if (this.problem) this.problem = reading.ok ? null : reading.problem;
  }

  /** The value stays the very one that is given: what is typed as JSON into the form is known by it. */
  fill(value: Arguments): void {
    this.text = writeJson(value);
    this.value = value;
  }

  get running(): boolean {
    return this.#running !== null;
  }

  get touched(): boolean {
    return this.#text !== this.#first || this.unreadable.size > 0 || this.shown !== null;
  }

  reset(): void {
    this.cancel();
    this.typed.clear();
    this.text = this.#first;
    this.problem = null;
    this.checked = false;
    this.shown = null;
  }

  /** Runs it; where the schema is against the arguments, only when told to run `anyway`. */
  async run(anyway = false): Promise<void> {
    const reading = readArguments(this.#text);
    this.problem = reading.ok ? null : reading.problem;
    this.checked = true;
    if (!reading.ok || this.running || this.unreadable.size) return;
    if (!anyway && this.problems.length) return;
    await this.#call(writeJson(reading.value));
  }

  /** Brings back what a run was given, and what came of it. */
  look(run: Run): void {
    if (this.running) return;
    this.typed.clear();
    this.text = run.text;
    this.checked = false;
    this.shown = run;
  }

  /** The same arguments once more. */
  again(run: Run): Promise<void> {
    this.text = run.text;
    return this.run(true);
  }

  hear(progress: CallProgress): void {
    if (this.#running?.call === progress.call) this.progress = progress;
  }

  /** The answer to a cancelled call is dropped, whenever it comes. */
  cancel(): void {
    if (!this.#running) return;
    const { call } = this.#running;
    this.#end({ cancelled: true });
    void this.#backend.cancelCall(call).catch(() => {});
  }

  async #call(json: string): Promise<void> {
    const call = `${Date.now().toString(36)}-${(calls += 1)}`;
    this.shown = null;
    this.#running = { call, text: this.#text };
    this.startedAt = Date.now();
    const ending = await this.#backend.call(this.serverId, call, this.tool, json).then(
      (outcome): Ending => ({ outcome }),
      (thrown: unknown): Ending => ({ error: asError(thrown) }),
    );
    if (this.#running?.call === call) this.#end(ending);
  }

  #end(ending: Ending): void {
    const { startedAt } = this;
    const run = this.#running;
    if (!run) return;
    this.#running = this.progress = null;
    this.shown = { ...run, startedAt, millis: Date.now() - startedAt, ending };
    this.runs = [this.shown, ...this.runs].slice(0, KEPT);
    kept = kept.filter(({ trial, run }) => trial.runs.includes(run));
    kept.push({ trial: this, run: this.shown, size: sizeOf(this.shown) });
    let size = kept.reduce((sum, one) => sum + one.size, 0);
    while (size > ROOM && kept.length > 1) {
      const oldest = kept.shift()!;
      size -= oldest.size;
      oldest.trial.#drop(oldest.run);
    }
  }

  #drop(run: Run): void {
    this.runs = this.runs.filter((one) => one !== run);
    if (this.shown === run) this.shown = null;
  }

  /** Its server is gone. */
  forget(): void {
    this.cancel();
    this.runs = [];
    this.shown = null;
  }
}

function sizeOf({ text, ending }: Run): number {
  return text.length + ("outcome" in ending ? JSON.stringify(ending.outcome).length : 0);
}

function readArguments(text: string): Reading {
  let value: unknown;
  try {
    value = readJson(text.trim() || "{}");
  } catch {
    return { ok: false, problem: t.form.notJson };
  }
  const inexact = inexactIn(text);
  if (inexact) return { ok: false, problem: t.form.inexact(inexact) };
  return isSchema(value) ? { ok: true, value: value as Arguments } : { ok: false, problem: t.try.notObject };
}
