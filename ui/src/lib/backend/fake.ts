import type { Activity } from "../bindings/Activity";
import type { CallOutcome } from "../bindings/CallOutcome";
import type { Detection } from "../bindings/Detection";
import type { ErrorView } from "../bindings/ErrorView";
import type { Event } from "../bindings/Event";
import type { ImportPick } from "../bindings/ImportPick";
import type { ImportSource } from "../bindings/ImportSource";
import type { NewServer } from "../bindings/NewServer";
import type { Preferences } from "../bindings/Preferences";
import type { QuestionAnswer } from "../bindings/QuestionAnswer";
import type { QuestionView } from "../bindings/QuestionView";
import type { RegistryPage } from "../bindings/RegistryPage";
import type { ServerChange } from "../bindings/ServerChange";
import type { ServerView } from "../bindings/ServerView";
import type { SetAside } from "../bindings/SetAside";
import type { Snapshot } from "../bindings/Snapshot";
import type { ToolView } from "../bindings/ToolView";
import type { VaultView } from "../bindings/VaultView";
import type { Arguments, Backend, Trouble } from "./backend";
import type { UpdateCommand, UpdateStanding } from "./update";
import { lookOf } from "../look/look";
import { Diary } from "./fake/diary";
import { answerOf } from "./fake/answers";
import { dataInUse, FakeDesktop } from "./fake/desktop";
import { noBrowser, questionGone, questionOf } from "./fake/questions";
import { OtherPrograms } from "./fake/import";
import { plainPreferences } from "./fake/preferences";
import { registryPage } from "./fake/registry";
import { scenarios, type Scenario } from "./fake/scenarios";
import { FakeUpdates } from "./fake/updates";
import { connected, makeServer, signedIn, signedOut, signingIn } from "./fake/servers";

/** How long a pretended step takes, in milliseconds. */
const STEP = 700;

/** An engine that only pretends: no network, no storage, the same words and the same order of events. */
export class Fake implements Backend {
  #servers: ServerView[];
  #vault: VaultView;
  #preferences: Preferences;
  #preferencesProblem: ErrorView | undefined;
  #setAside: SetAside | undefined;
  #summon: (server: string | null) => void = () => {};
  #revision = 1000;
  #hear: (event: Event) => void = () => {};
  #missed: () => void = () => {};
  #troubled: (trouble: Trouble) => void = () => {};
  readonly #scenario: Scenario;
  readonly #desktop: FakeDesktop;
  readonly #diary = new Diary((entries) => this.#hear({ type: "activity", entries }));
  readonly #flows = new Map<string, ReturnType<typeof setTimeout>[]>();
  readonly #questions = new Map<string, (answer: QuestionAnswer) => void>();
  readonly #calls = new Map<string, () => void>();
  /** What was asked, in order, for tests. */
  readonly log: string[] = [];
  readonly updates: FakeUpdates;
  /** What was added, whole. */
  readonly added: NewServer[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#desktop = new FakeDesktop(this.log, scenario.surroundings);
    this.updates = new FakeUpdates(this.log, STEP, scenario.updates, scenario.release);
    this.#servers = [...scenario.servers];
    this.#vault = scenario.vault;
    this.#preferences = scenario.preferences ?? plainPreferences;
    this.#preferencesProblem = scenario.preferencesProblem;
    this.#setAside = scenario.setAside;
  }

  async listen(
    hear: (event: Event) => void,
    missed: () => void,
    troubled: (trouble: Trouble) => void,
  ): Promise<() => void> {
    this.#hear = hear;
    this.#missed = missed;
    this.#troubled = troubled;
    return () => (this.#hear = () => {});
  }

  async summoned(to: (server: string | null) => void): Promise<() => void> {
    this.#summon = to;
    return () => (this.#summon = () => {});
  }

  /** The person comes from the tray or from a notification. */
  summon(server: string | null): void {
    this.#summon(server);
  }

  /** Removes a server, and the event of it is lost, which is noticed. */
  removeUnheard(id: string): void {
    this.#servers = this.#servers.filter((server) => server.id !== id);
    this.#missed();
  }

  async snapshot(): Promise<Snapshot> {
    this.log.push("snapshot");
    if (this.#scenario.loading) await new Promise(() => {});
    if (this.#scenario.startError) throw this.#scenario.startError;
    return {
      servers: this.#servers,
      vault: this.#vault,
      redirectUri: "dev.drawbridge.desktop:/oauth/callback",
      preferences: this.#preferences,
      ...(this.#preferencesProblem && { preferencesProblem: this.#preferencesProblem }),
      ...(this.#setAside && { setAside: this.#setAside }),
    };
  }

  async detect(url: string): Promise<Detection> {
    this.log.push(`detect ${url}`);
    await wait(STEP);
    const host = new URL(url).host;
    const existing = this.#servers.find((server) => server.url === url)?.id ?? null;
    const base = { url, suggestedName: nameOf(host), existing, issuer: null, problem: null };
    if (host.includes("key")) return { ...base, auth: "headers" };
    if (host.includes("open") || host.startsWith("127.") || host.startsWith("localhost")) return { ...base, auth: "none" };
    if (host.includes("down")) return { ...base, auth: null, problem: unreachable };
    return { ...base, auth: "oauth", issuer: `https://${host}` };
  }

  async add(input: NewServer): Promise<ServerView> {
    this.log.push(`add ${input.url} ${input.auth}`);
    this.added.push(input);
    const host = new URL(input.url).host;
    const server = makeServer({
      id: `s${this.#servers.length + 1}-${host}`,
      name: input.name ?? nameOf(host),
      url: input.url,
      auth: input.auth,
      headerNames: input.headers.map(({ name }) => name),
      ...(input.auth === "oauth" ? signedOut() : connected(2)),
    });
    return this.#put(server);
  }

  async change(id: string, change: ServerChange): Promise<ServerView> {
    this.log.push(`change ${id} ${JSON.stringify(change)}`);
    const old = this.#get(id);
    const { headers, clientSecret, clientKey, sameUrl: _, ...plain } = change;
    const enabled = change.enabled ?? old.enabled;
    const next = { ...old, ...plain, host: new URL(change.url ?? old.url).host };
    if (clientSecret !== undefined) next.hasClientSecret = clientSecret !== null;
    if (clientKey !== undefined) next.hasClientKey = clientKey !== null;
    if (headers) next.headerNames = headers.map(({ name }) => name);
    if (enabled !== old.enabled) Object.assign(next, enabled ? signedOut() : { status: { kind: "off" }, action: null });
    return this.#put(next);
  }

  async remove(id: string): Promise<void> {
    this.log.push(`remove ${id}`);
    this.#stop(id);
    this.#servers = this.#servers.filter((server) => server.id !== id);
    this.#hear({ type: "server_removed", id, revision: (this.#revision += 1) });
  }

  async move(id: string, to: number): Promise<void> {
    this.log.push(`move ${id} ${to}`);
    const server = this.#get(id);
    this.#servers = this.#servers.filter((other) => other !== server).toSpliced(to, 0, server);
    this.#hear({ type: "order_changed", order: this.#servers.map((one) => one.id) });
  }

  async connect(id: string): Promise<void> {
    this.log.push(`connect ${id}`);
    this.#stop(id);
    const { auth, url } = this.#get(id);
    this.#diary.begins(this.#get(id));
    if (auth !== "oauth") return this.#run(id, [[STEP, connected(2)]]);
    const since = Date.now();
    this.#run(id, [
      [0, signingIn("finding_out", since)],
      [STEP, signingIn("waiting_for_person", since)],
      ...(this.#scenario.patient ? [] : this.#finish(url, 6 * STEP)),
    ]);
  }

  async signInAgain(id: string): Promise<void> {
    this.log.push(`sign_in_again ${id}`);
    await this.connect(id);
  }

  async cancel(id: string): Promise<void> {
    this.log.push(`cancel ${id}`);
    this.#stop(id);
    this.#put({ ...this.#get(id), ...signedOut() });
  }

  /** The person closes the window of a sign-in. */
  closeWindow(id: string): void {
    this.#stop(id);
    this.#put({ ...this.#get(id), ...signedOut() });
  }

  async showWindow(id: string): Promise<void> {
    this.log.push(`show_window ${id}`);
  }

  async handOver(id: string): Promise<void> {
    this.log.push(`hand_over ${id}`);
    this.moveToBrowser(id);
  }

  /** The engine moves a sign-in to the browser, asked or not. */
  moveToBrowser(id: string): void {
    const { authorization } = this.#get(id);
    if (authorization.state !== "signing_in") throw noSignIn;
    this.#put({ ...this.#get(id), authorization: { ...authorization, surface: "browser" } });
  }

  async registerAgain(id: string): Promise<void> {
    this.log.push(`register_again ${id}`);
    await this.connect(id);
  }

  async declineAccess(id: string): Promise<void> {
    this.log.push(`decline_access ${id}`);
    const { authorization } = this.#get(id);
    if (authorization.state !== "signed_in") throw noSignIn;
    this.#put({ ...this.#get(id), ...connected(8), authorization: { ...authorization, needs: [] } });
  }

  async copyLink(id: string): Promise<void> {
    this.log.push(`copy_link ${id}`);
  }

  async pasteCallback(id: string, text: string): Promise<void> {
    this.log.push(`paste_callback ${id}`);
    if (!text.includes("code=")) throw wrongAddress;
    this.#stop(id);
    this.#run(id, this.#finish(this.#get(id).url, 0));
  }

  async signOut(id: string): Promise<void> {
    this.log.push(`sign_out ${id}`);
    this.#stop(id);
    this.#put({ ...this.#get(id), ...signedOut() });
  }

  async tools(id: string): Promise<ToolView[]> {
    this.log.push(`tools ${id}`);
    return this.#scenario.tools(this.#get(id));
  }

  async refreshTools(id: string): Promise<ToolView[]> {
    this.log.push(`refresh ${id}`);
    await wait(STEP);
    return this.#scenario.tools(this.#get(id));
  }

  async call(id: string, call: string, tool: string, args: Arguments): Promise<CallOutcome> {
    this.log.push(`call ${id} ${tool} ${JSON.stringify(args)}`);
    const cancelled = new Promise<never>((_, reject) => {
      this.#calls.set(call, () => reject({ code: "cancelled", message: "Cancelled.", remedy: null }));
    });
    const question = questionOf(tool, this.#get(id));
    if (!question) return Promise.race([answerOf(tool, args), cancelled]);
    const told = this.ask(question).then((answer) => answerOf(tool, answer as unknown as Arguments));
    return Promise.race([told, cancelled.finally(() => this.endQuestion(question.id))]);
  }

  async cancelCall(call: string): Promise<void> {
    this.log.push("cancel_call");
    this.#calls.get(call)?.();
  }

  async answerQuestion(id: string, answer: QuestionAnswer): Promise<void> {
    this.log.push(`answer_question ${id} ${JSON.stringify(answer)}`);
    const answered = this.#questions.get(id);
    if (!answered) throw questionGone;
    answered(answer);
  }

  async openQuestionPage(id: string): Promise<void> {
    this.log.push(`open_question_page ${id}`);
    if (this.#scenario.noBrowser) throw noBrowser;
    this.#questions.get(id)?.({ action: "accept", content: {} });
  }

  /** A server asks, as it does while one of its tools runs; resolves with the answer. */
  ask(question: QuestionView): Promise<QuestionAnswer> {
    this.#hear({ type: "question_asked", question });
    return new Promise((resolve) =>
      this.#questions.set(question.id, (answer) => {
        this.endQuestion(question.id);
        resolve(answer);
      }),
    );
  }

  /** Nobody waits for the answer any more. */
  endQuestion(id: string): void {
    this.#questions.delete(id);
    this.#hear({ type: "question_ended", id });
  }

  async activity(id: string): Promise<Activity[]> {
    this.log.push(`activity ${id}`);
    return this.#diary.of(this.#get(id));
  }

  async copyReport(id: string): Promise<void> {
    this.log.push(`copy_report ${id}`);
    this.#get(id);
  }

  async setPreferences(preferences: Preferences): Promise<void> {
    this.log.push(`set_preferences ${JSON.stringify(preferences)}`);
    if (preferences.extraCaFile?.includes("nowhere")) throw noSuchFile;
    const { updates } = preferences.desktop;
    if (updates !== this.#preferences.desktop.updates) this.updates.heed(updates === "daily");
    this.#preferences = preferences;
    this.#preferencesProblem = undefined;
    this.#hear({ type: "preferences_changed", preferences });
  }

  readonly listenToUpdates = (hear: (standing: UpdateStanding) => void) => this.updates.listenToUpdates(hear);
  readonly update = (what: UpdateCommand) => this.updates.update(what);

  readonly surroundings = () => this.#desktop.surroundings();
  readonly setStartAtLogin = (on: boolean) => this.#desktop.setStartAtLogin(on);
  readonly exportAll = () => this.#desktop.exportAll();
  readonly quit = () => this.#desktop.quit();

  async deleteAll(): Promise<void> {
    this.log.push("delete_all");
    await wait(STEP);
    if (this.#scenario.busy) throw dataInUse;
    this.#servers = [];
    this.#preferences = plainPreferences;
    await this.#desktop.setStartAtLogin(false);
  }

  readonly #others = new OtherPrograms(this, () => this.#scenario.configs ?? [], (url) => this.#named(url));
  readonly findConfigs = () => this.#others.findConfigs();
  readonly previewImport = (text: string) => this.#others.previewImport(text);
  readonly importPicked = (source: ImportSource, picks: ImportPick[]) => this.#others.importPicked(source, picks);

  #named(url: string): string | null {
    return this.#servers.find((server) => server.url === url)?.name ?? null;
  }

  async searchRegistry(query: string, cursor: string | null): Promise<RegistryPage> {
    this.log.push(`search_registry ${query} ${cursor ?? ""}`.trim());
    await wait(STEP);
    return registryPage(query, cursor);
  }

  async openCatalogueLink(server: string, link: "docs" | "client"): Promise<void> {
    this.log.push(`open_link ${server} ${link}`);
  }

  async forgetSetAside(): Promise<void> {
    this.log.push("forget_set_aside");
    this.#setAside = undefined;
  }

  async retryVault(): Promise<VaultView> {
    this.log.push("retry_vault");
    await wait(STEP);
    return this.#vault;
  }

  async useKeyFile(): Promise<VaultView> {
    this.log.push("use_key_file");
    this.#vault = { state: "file", path: "/home/ada/.local/share/dev.drawbridge.desktop/key" };
    return this.#vault;
  }

  async replaceLostKey(): Promise<VaultView> {
    this.log.push("replace_lost_key");
    this.#vault = { state: "keychain" };
    return this.#vault;
  }

  /** Something fails that nobody waits for. */
  trouble(trouble: Trouble): void {
    this.#troubled(trouble);
  }

  /** Says something that nobody asked for. */
  tell(event: Event): void {
    this.#hear(event);
  }

  #finish(url: string, after: number): [number, Partial<ServerView>][] {
    const issuer = new URL(url).origin;
    const grant = signedIn(issuer, ["read", "write"]);
    return [
      [after, signingIn("exchanging", Date.now())],
      [STEP, { ...connected(8), authorization: grant }],
    ];
  }

  #run(id: string, steps: [number, Partial<ServerView>][]): void {
    let at = 0;
    const timers = steps.map(([after, patch]) =>
      setTimeout(() => this.#put({ ...this.#get(id), error: null, ...patch }), (at += after)),
    );
    this.#flows.set(id, timers);
  }

  #stop(id: string): void {
    this.#flows.get(id)?.forEach((timer) => clearTimeout(timer));
    this.#flows.delete(id);
  }

  #get(id: string): ServerView {
    const server = this.#servers.find((one) => one.id === id);
    if (!server) throw { code: "unknown_server", message: "This server is no longer in the list.", remedy: null };
    return server;
  }

  #put(server: ServerView): ServerView {
    const next = { ...server, revision: (this.#revision += 1) };
    const at = this.#servers.findIndex(({ id }) => id === next.id);
    if (at < 0) this.#servers.push(next);
    else this.#servers[at] = next;
    this.#hear({ type: "server_changed", server: next });
    this.#diary.follows(next);
    return next;
  }
}

const noSignIn: ErrorView = { code: "no_sign_in", message: "No sign-in is under way for this server.", remedy: null };
const noSuchFile: ErrorView = {
  code: "ca_file",
  message: "The certificates in company.pem cannot be read: No such file or directory (os error 2).",
  remedy: "Choose a PEM file that is there, in the settings, or none.",
};

/** `?fake=empty` and so on; without it, a bit of everything. `theme` and `language` are heeded, too. */
export function fakeFromAddress(search: string): Fake {
  const name = new URLSearchParams(search).get("fake") ?? "full";
  const scenario = (scenarios[name] ?? scenarios.full!)();
  const preferences = scenario.preferences ?? plainPreferences;
  return new Fake({ ...scenario, preferences: { ...preferences, desktop: { ...preferences.desktop, ...lookOf(search) } } });
}

const wrongAddress: ErrorView = {
  code: "malformed_callback",
  message: "This is not the address that the sign-in page led back to: it is not a URL.",
  remedy: "Copy the whole address from the browser's address bar.",
};

const unreachable: ErrorView = { code: "unreachable", message: "The server cannot be reached.", remedy: "Check the address and the network." };

function nameOf(host: string): string {
  const word = host.replace(/^(mcp|api|www)\./, "").split(/[.:]/)[0] ?? host;
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
