import { asError, type Arguments, type Backend } from "../backend/backend";
import type { CallOutcome } from "../bindings/CallOutcome";
import type { ErrorView } from "../bindings/ErrorView";
import type { ToolView } from "../bindings/ToolView";
import { exampleArguments } from "../schema/example";
import { t } from "../text/later";

export type Reading = { ok: true; value: Arguments } | { ok: false; problem: string };

let calls = 0;

/** One tool being tried: what is typed, what runs, what came back. */
export class Trial {
  readonly #backend: Backend;
  readonly serverId: string;
  readonly tool: string;
  readonly #first: string;
  #running = $state<string | null>(null);

  text = $state("");
  problem = $state<string | null>(null);
  startedAt = $state(0);
  outcome = $state.raw<CallOutcome | null>(null);
  error = $state.raw<ErrorView | null>(null);
  cancelled = $state(false);

  constructor(backend: Backend, serverId: string, tool: ToolView) {
    this.#backend = backend;
    this.serverId = serverId;
    this.tool = tool.name;
    this.#first = JSON.stringify(exampleArguments(tool.inputSchema), null, 2);
    this.text = this.#first;
  }

  get running(): boolean {
    return this.#running !== null;
  }

  get touched(): boolean {
    return this.text !== this.#first || this.outcome !== null || this.error !== null;
  }

  reset(): void {
    this.cancel();
    this.text = this.#first;
    this.problem = null;
    this.#clear();
  }

  async run(): Promise<void> {
    const reading = readArguments(this.text);
    this.problem = reading.ok ? null : reading.problem;
    if (!reading.ok || this.running) return;

    const call = `${Date.now().toString(36)}-${(calls += 1)}`;
    this.#clear();
    this.#running = call;
    this.startedAt = Date.now();
    try {
      const outcome = await this.#backend.call(this.serverId, call, this.tool, reading.value);
      if (this.#running === call) this.outcome = outcome;
    } catch (thrown) {
      if (this.#running === call) this.error = asError(thrown);
    } finally {
      if (this.#running === call) this.#running = null;
    }
  }

  /** The answer to a cancelled call is dropped, whenever it comes. */
  cancel(): void {
    const call = this.#running;
    if (!call) return;
    this.#running = null;
    this.cancelled = true;
    void this.#backend.cancelCall(call).catch(() => {});
  }

  #clear(): void {
    this.outcome = null;
    this.error = null;
    this.cancelled = false;
  }
}

export function readArguments(text: string): Reading {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() || "{}");
  } catch (thrown) {
    return { ok: false, problem: t.try.notJson(thrown instanceof Error ? thrown.message : "") };
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? { ok: true, value: value as Arguments } : { ok: false, problem: t.try.notObject };
}
