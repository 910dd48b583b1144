import { createContext } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import { asError, type Backend } from "../backend/backend";
import type { ErrorView } from "../bindings/ErrorView";
import type { Event } from "../bindings/Event";
import type { NewServer } from "../bindings/NewServer";
import type { Preferences } from "../bindings/Preferences";
import type { ServerChange } from "../bindings/ServerChange";
import type { ServerView } from "../bindings/ServerView";
import type { SettingsDraft } from "../components/settings/draft.svelte";
import { zoom } from "../look/zoom.svelte";
import { Journal } from "./journal.svelte";
import { isWaiting, waitingSince } from "../commands/patience";
import { announcementFor } from "./announcement";
import { isIn, wasLeft } from "./left";
import { heard, loaded, nothing, ordered, since, withServer, type Known } from "./reducer";
import { t } from "../text";
import { Toolbox } from "./toolbox.svelte";
import type { Updates } from "./updates.svelte";
import { View } from "./view.svelte";

/** What the pane knows and what it can do; components draw the one and call the other. */
export class Pane {
  #known = $state.raw(nothing);
  readonly #handing = new Set<string>();
  readonly #cancelling = new Set<string>();
  #stops: (() => void)[] = [];
  #moving: Promise<boolean> = Promise.resolve(true);
  /** How many moves wait for their answer. */
  #moves = 0;
  /** The order that was told meanwhile: a later move may have left it behind. */
  #told: Event | null = null;

  readonly backend: Backend;
  readonly view: View;
  readonly tools: Toolbox;
  readonly journal: Journal;

  phase = $state<"starting" | "ready" | "failed">("starting");
  /** Why the servers could not be read; what was known before stays. */
  failure = $state<ErrorView | null>(null);
  /** New versions of the app; `null` until what watches them is here. */
  updates = $state.raw<Updates | null>(null);
  /** Why the last command for a server was refused, until the next one. */
  readonly refusals = new SvelteMap<string, ErrorView>();
  /** The server with a refusal that nobody has seen. */
  unseen = $state<string | null>(null);
  /** Settings as they are being edited, whatever else the person looks at meanwhile. */
  readonly drafts = new SvelteMap<string, SettingsDraft>();
  /** Sign-ins that went on from a window to the browser without being told to, by server. */
  readonly moved = new SvelteMap<string, true>();
  /** The server whose sign-in the person left, and may come back to. */
  left = $state<string | null>(null);
  /** The server that the person was on the way to when a sheet that is not to be closed lay before it. */
  towards = $state<string | null>(null);
  /** The servers that are yet to be reconnected, one after the other. */
  queue = $state.raw<readonly string[]>([]);
  /** What waits for the end of a sign-in, by server. */
  readonly #ends = new Map<string, () => void>();
  /** One short sentence, in one of two live regions: the other takes the next, so that it is heard even if it is the same. */
  announced = $state.raw<readonly [string, string]>(["", ""]);

  readonly servers = $derived(this.#known.servers);
  readonly vault = $derived(this.#known.vault);
  readonly preferences = $derived(this.#known.preferences);
  readonly preferencesProblem = $derived(this.#known.preferencesProblem);
  readonly setAside = $derived(this.#known.setAside);
  readonly questions = $derived(this.#known.questions);
  readonly redirectUri = $derived(this.#known.redirectUri);
  /** Those that want a new sign-in. */
  readonly needingYou = $derived(this.servers.filter(({ status }) => status.kind === "sign_in_again"));
  /** Those that want more access. */
  readonly askingYou = $derived(this.servers.filter(({ status }) => status.kind === "more_access_needed"));
  readonly selected = $derived(this.servers.find(({ id }) => id === this.view.selectedId) ?? null);

  constructor(backend: Backend) {
    this.backend = backend;
    this.view = new View();
    this.tools = new Toolbox(backend);
    this.journal = new Journal(backend);
  }

  /** Listens first: whatever happens after the answer is told, so one answer is enough. */
  async start(): Promise<void> {
    this.phase = "starting";
    this.stop();
    try {
      const listening = [
        this.backend.listen(
          (event) => this.#hear(event),
          () => this.#catchUp(),
          ({ id, error }) => this.#refuse(id, error),
        ),
        this.backend.summoned((id) => this.summon(id)),
      ];
      // Each for itself: where one fails, the next start ends the other.
      await Promise.all(listening.map(async (begun) => this.#stops.push(await begun)));
    } catch (thrown) {
      return this.#fail(thrown);
    }
    await this.load();
  }

  async load(): Promise<void> {
    try {
      const before = this.#known;
      const snapshot = await this.backend.snapshot();
      this.#learn(loaded(since(before, this.#known), snapshot));
      this.view.selectedId ??= this.servers[0]?.id ?? null;
      if (this.view.selectedId && !this.selected) this.view.leave(this.servers[0]?.id ?? null);
      for (const [id, end] of this.#ends) if (this.server(id)?.authorization.state !== "signing_in") end();
      this.phase = "ready";
      this.failure = null;
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Events were lost: all that was read may be other than it was. */
  #catchUp(): void {
    this.journal.reload();
    this.tools.outdateAll();
    void this.load();
  }

  #fail(thrown: unknown): void {
    this.failure = asError(thrown);
    if (this.phase !== "ready") this.phase = "failed";
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  server(id: string): ServerView | undefined {
    return this.servers.find((server) => server.id === id);
  }

  /** Runs the one action that a row offers. The second of two fast `clicks` does not take back what the first began. */
  act(server: ServerView, clicks = 0): void {
    switch (server.action) {
      case "connect":
      case "reconnect":
        this.connectAndShow(server.id);
        break;
      case "retry_now":
        void this.connect(server.id);
        break;
      case "cancel":
        if (clicks < 2) void this.cancel(server.id);
        break;
      case "edit":
        this.view.show(server.id, "settings");
        break;
      case "review":
      case "details":
        this.view.show(server.id, "connection");
        break;
      case null:
    }
  }

  connectAndShow(id: string): void {
    this.view.show(id, "connection");
    void this.connect(id);
  }

  connect(id: string): Promise<boolean> {
    return this.ask(id, (backend) => backend.connect(id));
  }

  async cancel(id: string): Promise<void> {
    this.#cancelling.add(id);
    if (!(await this.ask(id, (backend) => backend.cancel(id)))) this.#cancelling.delete(id);
  }

  /** The person takes the sign-in to the browser. */
  handOver(id: string): Promise<boolean> {
    this.#handing.add(id);
    return this.ask(id, (backend) => backend.handOver(id)).finally(() => this.#handing.delete(id));
  }

  async setPreferences(preferences: Preferences): Promise<void> {
    await this.backend.setPreferences(preferences);
    // What of them is not in force, the event says.
    this.#learn({ ...this.#known, preferences });
  }

  /** The person comes from outside the page: to one server, or to those that need them. */
  summon(id: string | null): void {
    const server = id === null ? undefined : this.server(id);
    const free = this.view.uncover();
    this.towards = free ? null : (server?.id ?? null);
    if (!free) return this.#say(server ? t.announce.towards(server.name) : null);
    if (server) return this.view.lead(server.id, "connection");
    this.view.search = "";
    this.view.showList((this.needingYou[0] ?? this.askingYou[0])?.id);
    this.view.summons += 1;
  }

  async deleteAll(): Promise<void> {
    await this.backend.deleteAll();
    this.drafts.clear();
    zoom.usual();
    this.#learn(nothing);
    await this.load();
  }

  /** Two at a time: each opens a page, and nobody signs in to more at once. */
  async reconnectAll(): Promise<void> {
    this.queue = this.needingYou.map(({ id }) => id);
    await Promise.all([this.#reconnectNext(), this.#reconnectNext()]);
  }

  async #reconnectNext(): Promise<void> {
    const [id, ...rest] = this.queue;
    if (!id) return;
    this.queue = rest;
    const ended = new Promise<void>((resolve) => this.#ends.set(id, resolve));
    if (this.server(id)?.status.kind === "sign_in_again" && (await this.connect(id))) await ended;
    return this.#reconnectNext();
  }

  async add(server: NewServer): Promise<ServerView> {
    const added = await this.backend.add(server);
    this.#learn(withServer(this.#known, added));
    this.view.show(added.id, server.auth === "oauth" ? "connection" : null);
    if (server.auth === "oauth") void this.connect(added.id);
    return added;
  }

  async change(id: string, change: ServerChange): Promise<void> {
    const changed = await this.backend.change(id, change);
    this.#learn(withServer(this.#known, changed));
  }

  /** Puts a server where `to` others stand before it; the list shows it at once. */
  async move(server: ServerView, to: number): Promise<void> {
    const others = this.servers.map(({ id }) => id).filter((id) => id !== server.id);
    const place = Math.max(0, Math.min(to, others.length));
    if (this.servers[place]?.id === server.id) return;
    this.#learn(ordered(this.#known, others.toSpliced(place, 0, server.id)));
    this.#say(t.announce.placed(server.name, place + 1, this.servers.length));
    // One after the other: each place counts from where the one before has left it.
    this.#moves += 1;
    this.#moving = this.#moving.then(async (well) => {
      const moved = await this.ask(server.id, (backend) => backend.move(server.id, place));
      return well && moved;
    });
    const well = await this.#moving;
    if ((this.#moves -= 1)) return;
    const told = this.#told;
    this.#told = null;
    this.#moving = Promise.resolve(true);
    if (!well) await this.load();
    else if (told) this.#hear(told);
  }

  async remove(server: ServerView): Promise<void> {
    await this.backend.remove(server.id);
    this.#say(announcementFor.removed(server));
  }

  /** Does one thing to a server; a refusal is kept and shown beside it. Tells whether it went well. */
  async ask(id: string, what: (backend: Backend) => Promise<unknown>): Promise<boolean> {
    this.refusals.delete(id);
    try {
      await what(this.backend);
      return true;
    } catch (thrown) {
      this.#refuse(id, asError(thrown));
      return false;
    }
  }

  #refuse(id: string, error: ErrorView): void {
    this.refusals.set(id, error);
    if (!this.view.sees(id)) this.unseen = id;
  }

  /** A question is over, as far as the person cares. */
  endQuestion(id: string): void {
    this.#hear({ type: "question_ended", id });
  }

  async forgetSetAside(): Promise<void> {
    await this.backend.forgetSetAside();
    this.#learn({ ...this.#known, setAside: null });
  }

  async retryVault(): Promise<void> {
    const vault = await this.backend.retryVault();
    this.#hear({ type: "vault_changed", vault });
  }

  async useKeyFile(): Promise<void> {
    const vault = await this.backend.useKeyFile();
    this.#hear({ type: "vault_changed", vault });
  }

  async replaceLostKey(): Promise<void> {
    const vault = await this.backend.replaceLostKey();
    this.#hear({ type: "vault_changed", vault });
  }

  /** What is known is another than before. */
  #learn(known: Known): void {
    this.#known.servers.forEach((server, at) => {
      if (known.servers[at] !== server) this.view.remember(server);
    });
    this.#known = known;
  }

  #hear(event: Event): void {
    if (event.type === "order_changed" && this.#moves) return void (this.#told = event);
    const before = this.#known;
    this.#learn(heard(before, event));
    if (event.type === "activity") this.journal.hear(event.entries);
    if (event.type === "call_progress") this.tools.hear(event);
    if (event.type === "tools_changed") this.tools.outdate(event.id);
    if (this.#known === before) return;
    if (event.type === "server_changed") this.#changed(before.servers, event.server);
    if (event.type === "server_removed") this.#removed(event.id, before.servers);
  }

  #changed(before: readonly ServerView[], server: ServerView): void {
    const old = before.find(({ id }) => id === server.id);
    this.#notice(old, server);
    this.#see(old, server);
    if (this.phase === "ready") this.#say(announcementFor.change(old, server));
    const arrived = server.status.kind === "connected" && old?.status.kind !== "connected";
    const ended = old?.authorization.state === "signing_in" && server.authorization.state !== "signing_in";
    if (arrived) this.view.arrived(server.id);
    if (arrived || ended) {
      this.refusals.delete(server.id);
      this.#ends.get(server.id)?.();
    }
    if (server.status.kind === "connected") this.tools.expect(server.id, server.status.tools);
  }

  /** Offers to go on with a sign-in that nobody finished, unless the person stopped it here. */
  #see(old: ServerView | undefined, server: ServerView): void {
    const { id, authorization } = server;
    if (isWaiting(authorization) && !(old && isWaiting(old.authorization))) waitingSince.set(id, Date.now());
    if (authorization.state === "signing_in") this.left = this.left === id ? null : this.left;
    else if (!this.#cancelling.delete(id) && old && wasLeft(old, server)) this.left = id;
    else if (this.left === id && old && isIn(old, server)) this.left = null;
  }

  /** A sign-in that nobody took to the browser went there by itself: its page asked for it. */
  #notice(old: ServerView | undefined, { id, name, authorization: now }: ServerView): void {
    const before = old?.authorization;
    if (now.state !== "signing_in" || now.surface !== "browser") return void this.moved.delete(id);
    const windowed = before?.state === "signing_in" && before.surface === "popup" && before.since === now.since;
    if (!windowed || this.#handing.has(id) || before.step !== "waiting_for_person") return;
    this.moved.set(id, true);
    this.#say(t.announce.moved(name));
  }

  #say(words: string | null): void {
    if (words) this.announced = this.announced[0] ? ["", words] : [words, ""];
  }

  #removed(id: string, before: readonly ServerView[]): void {
    this.tools.forget(id);
    this.#ends.get(id)?.();
    this.journal.forget(id);
    this.refusals.delete(id);
    this.drafts.delete(id);
    if (this.view.selectedId !== id) return;
    const at = before.findIndex((server) => server.id === id);
    this.view.leave((before[at + 1] ?? before[at - 1])?.id ?? null);
  }
}

export const [getPane, setPane] = createContext<Pane>();
