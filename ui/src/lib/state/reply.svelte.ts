import { SvelteMap } from "svelte/reactivity";
import { asError, type Arguments } from "../backend/backend";
import type { ErrorView } from "../bindings/ErrorView";
import { exampleArguments } from "../schema/example";
import { problemsIn } from "../schema/form/check";
import { isSchema, type Schema } from "../schema/schema";
import { t } from "../text/later";
import type { Filling, Typed } from "./filling";

/** The form of a question, being filled in. */
export class Reply implements Filling {
  readonly schema: Schema;
  readonly forPeople = true;
  value = $state.raw<Arguments>({});
  checked = $state(false);
  readonly unreadable = new SvelteMap<string, string>();
  readonly typed = new SvelteMap<string, Typed>();
  /** Why it could not be sent. */
  error = $state.raw<ErrorView | null>(null);
  sending = $state(false);

  readonly problems = $derived.by(() => (this.checked ? problemsIn(this.schema, this.schema, this.value) : []));

  constructor(schema: unknown) {
    this.schema = isSchema(schema) ? schema : {};
    this.value = exampleArguments(schema);
  }

  get legend(): string {
    return t.question.form;
  }

  fill(value: Arguments): void {
    this.value = value;
  }

  /** Whether it may be sent as it is; what is wrong is said from now on. */
  check(): boolean {
    this.checked = true;
    return !this.problems.length && !this.unreadable.size;
  }

  async send(how: () => Promise<void>): Promise<void> {
    this.sending = true;
    this.error = null;
    try {
      await how();
    } catch (thrown) {
      this.error = asError(thrown);
    } finally {
      this.sending = false;
    }
  }
}
