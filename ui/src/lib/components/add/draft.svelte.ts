import { asError } from "../../backend/backend";
import type { AuthKind } from "../../bindings/AuthKind";
import type { ErrorView } from "../../bindings/ErrorView";
import type { NewServer } from "../../bindings/NewServer";
import type { RegistryRemote } from "../../bindings/RegistryRemote";
import type { RegistryServer } from "../../bindings/RegistryServer";
import type { KnownServer } from "../../catalogue";
import { catalogue } from "../../later";
import { checkAddress, withScheme } from "../../state/address";
import { Detector } from "../../state/detector.svelte";
import type { Pane } from "../../state/pane.svelte";
import { t } from "../../text/later";
import { rowsOf } from "../catalogue/template";
import { isWrongTimeout } from "../settings/timeout";
import { SignInDraft } from "../sign-in/draft.svelte";
import { draft as headerDraft, isComplete, toInput, type HeaderDraft } from "./HeadersEditor.svelte";

/** A server while it is being added. */
export class AddDraft {
  readonly #pane: Pane;
  readonly #detector: Detector;

  url = $state("");
  name = $state("");
  /** What the person chose instead of what was found. */
  chosen = $state<AuthKind | null>(null);
  changing = $state(false);
  headers = $state<HeaderDraft[]>([]);
  signIn = $state.raw(new SignInDraft());
  /** Headers that few need. */
  more = $state<HeaderDraft[]>([]);
  /** In seconds; empty for what the engine takes. */
  timeout = $state("");
  /** Whether the settings of the sign-in are open. */
  advanced = $state(false);
  /** What the registry calls the server at an address, and whether it has headers for it. */
  #title = $state.raw({ url: "", name: "", headed: false });
  /** The address that the person wants a second time, for another account. */
  #again = $state<string | null>(null);
  saving = $state(false);
  error = $state<ErrorView | null>(null);

  constructor(pane: Pane, url: string) {
    this.#pane = pane;
    this.#detector = new Detector(pane.backend);
    this.#begin(url);
  }

  /** What was typed for another server, a key above all, is not for this one. */
  #begin(url: string, headers = [headerDraft("Authorization")], chosen: AuthKind | null = null): void {
    this.url = url;
    this.name = "";
    this.chosen = chosen;
    this.changing = this.advanced = false;
    this.headers = headers;
    this.more = [];
    this.timeout = "";
    this.signIn = new SignInDraft();
    this.watch();
  }

  /** What the catalogue knows of the address. */
  get known(): KnownServer | null {
    return catalogue.part?.knownAt(this.#full) ?? null;
  }

  /** What is typed is no address, but may be a name. */
  get searching(): boolean {
    return !this.url.includes("/");
  }

  /** What is typed, with the scheme that goes without saying. */
  get #full(): string {
    const typed = this.url.trim();
    return (!this.searching && withScheme(typed)) || typed;
  }

  /** Takes a well-known server. */
  take(known: KnownServer): void {
    this.#begin(known.url);
  }

  /** Takes a server of the registry, whose address has nothing open any more. */
  takeRemote({ title }: RegistryServer, { headers }: RegistryRemote, url: string): void {
    const needed = headers.some(({ input, value }) => input.required && value === null);
    this.#begin(url, headers.length ? rowsOf(headers) : undefined, needed ? "headers" : null);
    this.#title = { url, name: title, headed: headers.length > 0 };
  }

  /** Gets the fields ready for what the catalogue knows: a row for the key, a place for the client id. */
  prepare(): void {
    const { known } = this;
    if (known?.signIn[0] === "oauth-client") this.advanced = true;
    const untouched = this.headers.length === 1 && !this.headers[0]!.value;
    if (known?.header && untouched) {
      const { name, example } = known.header;
      this.headers = [{ ...headerDraft(name), example }];
    }
  }

  get look() {
    return this.#detector.look;
  }

  get address() {
    return checkAddress(this.#full);
  }

  /** The id of the server that already has this address, unless another is wanted beside it. */
  get twin(): string | null {
    return this.again ? null : this.#existing;
  }

  /** It is a second account on an address that is in the list. */
  get again(): boolean {
    return this.#again !== null && this.#again === this.#full;
  }

  addAnyway(): void {
    const first = this.#pane.server(this.#existing ?? "");
    this.#again = this.#full;
    if (first && !this.name.trim()) this.name = t.add.second(first.name);
  }

  /** Two entries on one address are told apart by name alone. */
  get sameName(): boolean {
    const name = this.name.trim() || this.suggestedName;
    return this.again && this.#pane.servers.some((server) => server.url === this.#again && server.name === name);
  }

  get #existing(): string | null {
    const listed = this.#pane.servers.find(({ url }) => url === this.#full);
    return listed?.id ?? this.#detection?.existing ?? null;
  }

  get auth(): AuthKind | null {
    return this.chosen ?? this.#detection?.auth ?? null;
  }

  get #isListed(): boolean {
    return this.#title.url === this.url.trim();
  }

  /** Whether the headers are sent, and so are shown: those of the registry's entry however the server lets people in. */
  get headed(): boolean {
    return this.auth === "headers" || (this.auth !== null && this.#isListed && this.#title.headed);
  }

  get suggestedName(): string {
    if (this.#isListed) return this.#title.name;
    return this.known?.name ?? this.#detection?.suggestedName ?? "";
  }

  /** Nobody knows how the server lets people in, or the person knows better. */
  get mustChoose(): boolean {
    const { state } = this.look;
    const unknown = state === "stopped" || state === "failed" || (state === "found" && !this.#detection?.auth);
    return !this.twin && (this.changing || unknown);
  }

  get ready(): boolean {
    const keyed = !this.headed || isComplete(this.headers, this.auth === "headers");
    const sensible = this.address === "valid" && !this.twin && !this.sameName;
    const asked = this.auth !== "oauth" || this.signIn.ready;
    return sensible && this.auth !== null && keyed && asked && !this.furtherWrong;
  }

  /** Whether something is to be mended of what few need and every kind of server has. */
  get furtherWrong(): boolean {
    const half = !this.headed && !isComplete(this.more, false);
    return half || Boolean(this.timeout && isWrongTimeout(this.timeout));
  }

  watch(): void {
    this.error = null;
    this.#detector.watch(this.#full);
  }

  stop(): void {
    this.#detector.stop();
  }

  choose(kind: AuthKind): void {
    this.chosen = kind;
    this.changing = true;
  }

  /** Tells whether the server was added. */
  async save(): Promise<boolean> {
    if (!this.ready || this.saving) return false;
    this.saving = true;
    this.error = null;
    try {
      await this.#pane.add(this.#newServer());
      return true;
    } catch (thrown) {
      this.error = asError(thrown);
      return false;
    } finally {
      this.saving = false;
    }
  }

  get #detection() {
    const look = this.#detector.look;
    return look.state === "found" ? look.detection : null;
  }

  #newServer(): NewServer {
    const auth = this.auth!;
    const name = this.name.trim() || this.suggestedName;
    return {
      url: this.#full,
      auth,
      headers: toInput(this.headed ? this.headers : this.more),
      ...(name && { name }),
      ...(auth === "oauth" && this.signIn.change),
      ...(this.timeout && { timeoutSeconds: Number(this.timeout) }),
      ...(this.again && { sameUrl: true }),
    };
  }
}
