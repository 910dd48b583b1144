import type { Activity } from "../bindings/Activity";
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
import type { Backend, Trouble } from "./backend";
import type { UpdateCommand, UpdateStanding } from "./update";
import { lookOf } from "../look/look";
import { FakeCalls } from "./fake/calls";
import { detectionOf, nameOf } from "./fake/detection";
import { Diary } from "./fake/diary";
import { dataInUse, FakeDesktop } from "./fake/desktop";
import { OtherPrograms } from "./fake/import";
import { FakeList } from "./fake/list";
import { plainPreferences } from "./fake/preferences";
import { registryPage } from "./fake/registry";
import { scenarios, type Scenario } from "./fake/scenarios";
import { FakeUpdates } from "./fake/updates";
import { connected, makeServer, signedOut } from "./fake/servers";
import { FakeSignIns, STEP } from "./fake/sign-ins";

/** An engine that only pretends: no network, no storage, the same words and the same order of events. */
export class Fake implements Backend {
  #vault: VaultView;
  #preferences: Preferences;
  #preferencesProblem: ErrorView | undefined;
  #setAside: SetAside | undefined;
  #summon: (server: string | null) => void = () => {};
  #hear: (event: Event) => void = () => {};
  #missed: () => void = () => {};
  #troubled: (trouble: Trouble) => void = () => {};
  readonly #scenario: Scenario;
  readonly #list: FakeList;
  readonly #signIns: FakeSignIns;
  readonly #calls: FakeCalls;
  readonly #desktop: FakeDesktop;
  readonly #diary = new Diary((entries) => this.#hear({ type: "activity", entries }));
  /** What was asked, in order, for tests. */
  readonly log: string[] = [];
  readonly updates: FakeUpdates;
  /** What was added, whole. */
  readonly added: NewServer[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#list = new FakeList(scenario.servers, (event) => {
      this.#hear(event);
      if (event.type === "server_changed") this.#diary.follows(event.server);
    });
    this.#signIns = new FakeSignIns(this.log, this.#list, this.#diary, scenario.patient ?? false);
    this.#calls = new FakeCalls(this.log, (event) => this.#hear(event), !scenario.noBrowser);
    this.#desktop = new FakeDesktop(this.log, scenario.surroundings);
    this.updates = new FakeUpdates(this.log, STEP, scenario.updates, scenario.release);
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
    this.#list.removeUnheard(id);
    this.#missed();
  }

  async snapshot(): Promise<Snapshot> {
    this.log.push("snapshot");
    if (this.#scenario.loading) await new Promise(() => {});
    if (this.#scenario.startError) throw this.#scenario.startError;
    return {
      servers: this.#list.all(),
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
    return detectionOf(url, this.#list.at(url)?.id ?? null);
  }

  async add(input: NewServer): Promise<ServerView> {
    this.log.push(`add ${input.url} ${input.auth}`);
    this.added.push(input);
    const host = new URL(input.url).host;
    const server = makeServer({
      id: `s${this.#list.all().length + 1}-${host}`,
      name: input.name ?? nameOf(host),
      url: input.url,
      auth: input.auth,
      headerNames: input.headers.map(({ name }) => name),
      ...(input.auth === "oauth" ? signedOut() : connected(2)),
    });
    return this.#list.put(server);
  }

  async change(id: string, change: ServerChange): Promise<ServerView> {
    this.log.push(`change ${id} ${JSON.stringify(change)}`);
    const old = this.#list.get(id);
    const { headers, clientSecret, clientKey, sameUrl: _, ...plain } = change;
    const enabled = change.enabled ?? old.enabled;
    const next = { ...old, ...plain, host: new URL(change.url ?? old.url).host };
    if (clientSecret !== undefined) next.hasClientSecret = clientSecret !== null;
    if (clientKey !== undefined) next.hasClientKey = clientKey !== null;
    if (headers) next.headerNames = headers.map(({ name }) => name);
    if (enabled !== old.enabled) Object.assign(next, enabled ? signedOut() : { status: { kind: "off" }, action: null });
    return this.#list.put(next);
  }

  async remove(id: string): Promise<void> {
    this.log.push(`remove ${id}`);
    this.#signIns.stop(id);
    this.#list.remove(id);
  }

  async move(id: string, to: number): Promise<void> {
    this.log.push(`move ${id} ${to}`);
    this.#list.move(id, to);
  }

  readonly connect = (id: string) => this.#signIns.connect(id);
  readonly signInAgain = (id: string) => this.#signIns.signInAgain(id);
  readonly cancel = (id: string) => this.#signIns.cancel(id);
  /** The person closes the window of a sign-in. */
  readonly closeWindow = (id: string) => this.#signIns.closeWindow(id);
  readonly showWindow = (id: string) => this.#signIns.showWindow(id);
  readonly handOver = (id: string) => this.#signIns.handOver(id);
  /** The engine moves a sign-in to the browser, asked or not. */
  readonly moveToBrowser = (id: string) => this.#signIns.moveToBrowser(id);
  readonly registerAgain = (id: string) => this.#signIns.registerAgain(id);
  readonly declineAccess = (id: string) => this.#signIns.declineAccess(id);
  readonly copyLink = (id: string) => this.#signIns.copyLink(id);
  readonly pasteCallback = (id: string, text: string) => this.#signIns.pasteCallback(id, text);
  readonly signOut = (id: string) => this.#signIns.signOut(id);

  async tools(id: string): Promise<ToolView[]> {
    this.log.push(`tools ${id}`);
    return this.#scenario.tools(this.#list.get(id));
  }

  async refreshTools(id: string): Promise<ToolView[]> {
    this.log.push(`refresh ${id}`);
    await wait(STEP);
    return this.#scenario.tools(this.#list.get(id));
  }

  readonly call = async (id: string, call: string, tool: string, json: string) =>
    this.#calls.call(this.#list.get(id), call, tool, json);
  readonly cancelCall = (call: string) => this.#calls.cancelCall(call);
  readonly answerQuestion = (id: string, answer: QuestionAnswer) => this.#calls.answerQuestion(id, answer);
  readonly openQuestionPage = (id: string) => this.#calls.openQuestionPage(id);
  /** A server asks, as it does while one of its tools runs; resolves with the answer. */
  readonly ask = (question: QuestionView) => this.#calls.ask(question);
  /** Nobody waits for the answer any more. */
  readonly endQuestion = (id: string) => this.#calls.endQuestion(id);

  async activity(id: string): Promise<Activity[]> {
    this.log.push(`activity ${id}`);
    return this.#diary.of(this.#list.get(id));
  }

  async copyReport(id: string): Promise<void> {
    this.log.push(`copy_report ${id}`);
    this.#list.get(id);
  }

  async setPreferences(preferences: Preferences): Promise<void> {
    this.log.push(`set_preferences ${JSON.stringify(preferences)}`);
    if (preferences.extraCaFile?.includes("nowhere")) throw noSuchFile;
    const { updates } = preferences.desktop;
    if (updates !== this.#preferences.desktop.updates) this.updates.heed(updates === "daily");
    if (preferences.extraCaFile !== this.#preferences.extraCaFile) this.#preferencesProblem = undefined;
    this.#preferences = preferences;
    const problem = this.#preferencesProblem;
    this.#hear({ type: "preferences_changed", preferences, ...(problem && { problem }) });
  }

  readonly listenToUpdates = (hear: (standing: UpdateStanding) => void) => this.updates.listenToUpdates(hear);
  readonly update = (what: UpdateCommand) => this.updates.update(what);

  readonly surroundings = () => this.#desktop.surroundings();
  readonly setStartAtLogin = (on: boolean) => this.#desktop.setStartAtLogin(on);
  readonly exportAll = () => this.#desktop.exportAll();
  readonly save = (tool: string, mimeType: string, data: string) => this.#desktop.save(tool, mimeType, data);
  readonly copyPicture = (pixels: ImageData) => this.#desktop.copyPicture(pixels);
  readonly showDownload = (path: string) => this.#desktop.showDownload(path);
  readonly quit = () => this.#desktop.quit();

  async deleteAll(): Promise<void> {
    this.log.push("delete_all");
    await wait(STEP);
    if (this.#scenario.busy) throw dataInUse;
    this.#list.clear();
    this.#preferences = plainPreferences;
    await this.#desktop.setStartAtLogin(false);
  }

  readonly #others = new OtherPrograms(this, () => this.#scenario.configs ?? [], (url) => this.#list.at(url)?.name ?? null);
  readonly findConfigs = () => this.#others.findConfigs();
  readonly previewImport = (text: string) => this.#others.previewImport(text);
  readonly importPicked = (source: ImportSource, picks: ImportPick[]) => this.#others.importPicked(source, picks);

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
}

const noSuchFile: ErrorView = {
  code: "ca_file",
  message: "The certificates in company.pem cannot be read: No such file or directory (os error 2).",
  remedy: "Choose a PEM file that is there, in the preferences, or none.",
};

/** `?fake=empty` and so on; without it, a bit of everything. `theme` and `language` are heeded, too. */
export function fakeFromAddress(search: string): Fake {
  const name = new URLSearchParams(search).get("fake") ?? "full";
  const scenario = (scenarios[name] ?? scenarios.full!)();
  const preferences = scenario.preferences ?? plainPreferences;
  return new Fake({ ...scenario, preferences: { ...preferences, desktop: { ...preferences.desktop, ...lookOf(search) } } });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
