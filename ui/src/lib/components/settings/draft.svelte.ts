import { untrack } from "svelte";
import { asError } from "../../backend/backend";
import type { AuthKind } from "../../bindings/AuthKind";
import type { ErrorView } from "../../bindings/ErrorView";
import type { ServerChange } from "../../bindings/ServerChange";
import type { ServerView } from "../../bindings/ServerView";
import { checkAddress } from "../../state/detector.svelte";
import type { Pane } from "../../state/pane.svelte";
import { t } from "../../text";
import { draft as headerDraft, isComplete, toInput, type HeaderDraft } from "../add/HeadersEditor.svelte";

/** The settings of one server while they are edited. Events from outside leave it alone. */
export class SettingsDraft {
  readonly #pane: Pane;
  readonly #id: string;

  name = $state("");
  url = $state("");
  description = $state("");
  timeout = $state("");
  auth = $state<AuthKind>("none");
  headers = $state<HeaderDraft[]>([]);
  saving = $state(false);
  saved = $state(false);
  error = $state<ErrorView | null>(null);

  constructor(pane: Pane, id: string) {
    this.#pane = pane;
    this.#id = id;
    untrack(() => this.reset());
  }

  reset(): void {
    const server = this.#server;
    if (!server) return;
    this.name = server.name;
    this.url = server.url;
    this.description = server.description;
    this.timeout = String(server.timeoutSeconds);
    this.auth = server.auth;
    this.headers = server.headerNames.map((name) => headerDraft(name, true));
    this.error = null;
    this.saved = false;
  }

  get change(): ServerChange {
    const server = this.#server;
    if (!server) return {};
    const change: ServerChange = {};
    if (this.name.trim() !== server.name) change.name = this.name.trim();
    if (this.url.trim() !== server.url) change.url = this.url.trim();
    if (this.description.trim() !== server.description) change.description = this.description.trim();
    if (this.auth !== server.auth) change.auth = this.auth;
    if (Number(this.timeout) !== server.timeoutSeconds) change.timeoutSeconds = Number(this.timeout);
    if (this.auth === "headers" && this.#headersDiffer(server)) change.headers = toInput(this.headers);
    return change;
  }

  get dirty(): boolean {
    return Object.keys(this.change).length > 0;
  }

  get nameMissing(): boolean {
    return this.name.trim() === "";
  }

  get timeoutWrong(): boolean {
    const seconds = Number(this.timeout);
    return !Number.isInteger(seconds) || seconds < 1 || seconds > 300;
  }

  get addressProblem(): string | null {
    const address = checkAddress(this.url);
    if (address === "valid") return null;
    return address === "insecure" ? t.add.needsHttps : t.add.notAnAddress;
  }

  get ready(): boolean {
    const keyed = this.auth !== "headers" || isComplete(this.headers);
    return this.dirty && keyed && !this.nameMissing && !this.timeoutWrong && this.addressProblem === null;
  }

  /** Whether this change costs a sign-in that there is. */
  endsSignIn(part: "url" | "auth"): boolean {
    const state = this.#server?.authorization.state;
    return part in this.change && (state === "signed_in" || state === "reauth_required");
  }

  async save(): Promise<void> {
    if (!this.ready || this.saving) return;
    this.saving = true;
    this.error = null;
    try {
      await this.#pane.change(this.#id, this.change);
      this.reset();
      this.saved = true;
    } catch (thrown) {
      this.error = asError(thrown);
    } finally {
      this.saving = false;
    }
  }

  get #server(): ServerView | undefined {
    return this.#pane.server(this.#id);
  }

  #headersDiffer(server: ServerView): boolean {
    const untouched = this.headers.every(({ value, kept }) => kept && value === "");
    return !untouched || this.headers.length !== server.headerNames.length;
  }
}
