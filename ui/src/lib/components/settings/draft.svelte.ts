import { untrack } from "svelte";
import { asError } from "../../backend/backend";
import type { AuthKind } from "../../bindings/AuthKind";
import type { ErrorView } from "../../bindings/ErrorView";
import type { ServerChange } from "../../bindings/ServerChange";
import type { ServerView } from "../../bindings/ServerView";
import { checkAddress } from "../../state/address";
import type { Pane } from "../../state/pane.svelte";
import { t } from "../../text/later";
import { SignInDraft } from "../sign-in/draft.svelte";
import { isWrongTimeout } from "./timeout";
import { draft as headerDraft, isComplete, isKey, isStored, keeps, toInput, type HeaderDraft } from "../add/HeadersEditor.svelte";

/**
 * The settings of one server while they are edited. What is told from outside takes nothing away that is
 * being typed, and what nobody touched is not sent.
 */
export class SettingsDraft {
  readonly #pane: Pane;
  readonly #id: string;
  /** What the editing began with. */
  #base = $state.raw<ServerView | null>(null);
  /** The stored key that went with another kind. */
  #aside: HeaderDraft[] = [];
  /** The form as it was then. */
  #blank = $state("");

  name = $state("");
  url = $state("");
  description = $state("");
  timeout = $state("");
  auth = $state<AuthKind>("none");
  headers = $state<HeaderDraft[]>([]);
  readonly signIn = new SignInDraft();
  /** Whether what few need is shown. */
  advanced = $state(false);
  saving = $state(false);
  saved = $state(false);
  error = $state<ErrorView | null>(null);

  /** The same each time, so that what is typed outlives a look at something else. */
  static of(pane: Pane, id: string): SettingsDraft {
    const draft = pane.drafts.get(id) ?? new SettingsDraft(pane, id);
    pane.drafts.set(id, draft);
    draft.saved = false;
    return draft;
  }

  constructor(pane: Pane, id: string) {
    this.#pane = pane;
    this.#id = id;
    untrack(() => this.reset());
  }

  reset(): void {
    const server = this.#server;
    if (!server) return;
    this.#base = server;
    this.name = server.name;
    this.url = server.url;
    this.description = server.description;
    this.timeout = String(server.timeoutSeconds);
    this.auth = server.auth;
    this.headers = server.headerNames.map((name) => headerDraft(name, true));
    this.#aside = [];
    this.signIn.reset(server);
    this.#blank = this.#form;
    this.error = null;
    this.saved = false;
  }

  /** All that the person can change, as it stands in the form. */
  get #form(): string {
    const { name, url, description, timeout, auth } = this;
    const headers = this.headers.map((header) => [header.name, header.value]);
    return JSON.stringify([name, url, description, timeout, auth, headers, this.signIn.form]);
  }

  /** A key of one's own is sent in place of a token: it goes where a sign-in comes, and is back where that does not. */
  choose(kind: AuthKind): void {
    const key = this.headers.find((header) => isStored(header) && isKey(header));
    if (kind !== "oauth") this.headers.unshift(...this.#aside.splice(0));
    else if (key) this.#aside.push(...this.headers.splice(this.headers.indexOf(key), 1));
    // A row to type the key into comes with the headers, and goes with them while nothing is typed.
    if (kind !== "headers") this.headers = this.headers.filter((header) => header.value || header.stored || !isKey(header));
    else if (!this.headers.length) this.headers.push(headerDraft("Authorization"));
    this.auth = kind;
  }

  /** Whether something was touched, though it may come to nothing: a blank row, a secret about to be typed. */
  get begun(): boolean {
    return this.#form !== this.#blank;
  }

  /** The server is other than it was; where nothing is being edited, that shows. */
  follow(server: ServerView): void {
    if (server === this.#base || this.begun || this.saving) return;
    const { saved } = this;
    this.reset();
    this.saved = saved;
  }

  get change(): ServerChange {
    const server = this.#base;
    if (!server) return {};
    const change: ServerChange = {};
    if (this.name.trim() !== server.name) change.name = this.name.trim();
    if (this.url.trim() !== server.url) change.url = this.url.trim();
    if (this.description.trim() !== server.description) change.description = this.description.trim();
    if (this.auth !== server.auth) change.auth = this.auth;
    if (Number(this.timeout) !== server.timeoutSeconds) change.timeoutSeconds = Number(this.timeout);
    if (this.#headersDiffer(server)) change.headers = toInput(this.headers);
    return this.auth === "oauth" ? { ...change, ...this.signIn.change } : change;
  }

  get dirty(): boolean {
    return Object.keys(this.change).length > 0;
  }

  get nameMissing(): boolean {
    return this.name.trim() === "";
  }

  get timeoutWrong(): boolean {
    return isWrongTimeout(this.timeout);
  }

  get addressProblem(): string | null {
    const address = checkAddress(this.url);
    if (address === "valid") return null;
    return address === "insecure" ? t.add.needsHttps : t.add.notAnAddress;
  }

  get ready(): boolean {
    const keyed = isComplete(this.headers, this.auth === "headers");
    const asked = this.auth !== "oauth" || this.signIn.ready;
    return this.dirty && keyed && asked && !this.nameMissing && !this.timeoutWrong && this.addressProblem === null;
  }

  /** Whether this change costs a sign-in that there is. */
  endsSignIn(part: "url" | "auth" | "signIn"): boolean {
    const state = this.#server?.authorization.state;
    const ends = part === "signIn" ? this.auth === "oauth" && this.signIn.endsGrant : part in this.change;
    return ends && (state === "signed_in" || state === "reauth_required");
  }

  /** Signing in goes on where the settings stood in its way. */
  get connects(): boolean {
    const { auth, headers, signIn, clientSecret, clientKey, url } = this.change;
    const asked = [auth, headers, signIn, clientSecret, clientKey, url].some((part) => part !== undefined);
    const works = this.#server?.authorization.state === "signed_in" && !this.#endsGrant;
    return this.auth === "oauth" && this.#server?.enabled === true && asked && !works;
  }

  get #endsGrant(): boolean {
    return (["url", "auth", "signIn"] as const).some((part) => this.endsSignIn(part));
  }

  /** `anyway`: although another entry has the same address. */
  async save(anyway = false): Promise<void> {
    if (!this.ready || this.saving) return;
    this.saving = true;
    this.error = null;
    try {
      const { connects, change } = this;
      await this.#pane.change(this.#id, anyway ? { ...change, sameUrl: true } : change);
      this.reset();
      this.saved = true;
      if (connects) this.#connect();
    } catch (thrown) {
      this.error = asError(thrown);
    } finally {
      this.saving = false;
    }
  }

  /** The answer may have taken so long that the person is elsewhere. */
  #connect(): void {
    if (this.#pane.view.sees(this.#id)) this.#pane.connectAndShow(this.#id);
    else void this.#pane.connect(this.#id);
  }

  get #server(): ServerView | undefined {
    return this.#pane.server(this.#id);
  }

  #headersDiffer(server: ServerView): boolean {
    const untouched = this.headers.every(keeps);
    return !untouched || this.headers.length !== server.headerNames.length;
  }
}
