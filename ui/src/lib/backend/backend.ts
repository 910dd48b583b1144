import type { Activity } from "../bindings/Activity";
import type { CallOutcome } from "../bindings/CallOutcome";
import type { Detection } from "../bindings/Detection";
import type { ErrorView } from "../bindings/ErrorView";
import type { Event } from "../bindings/Event";
import type { FoundConfig } from "../bindings/FoundConfig";
import type { ImportOutcome } from "../bindings/ImportOutcome";
import type { ImportPick } from "../bindings/ImportPick";
import type { ImportPreview } from "../bindings/ImportPreview";
import type { ImportSource } from "../bindings/ImportSource";
import type { NewServer } from "../bindings/NewServer";
import type { Preferences } from "../bindings/Preferences";
import type { QuestionAnswer } from "../bindings/QuestionAnswer";
import type { RegistryPage } from "../bindings/RegistryPage";
import type { ServerChange } from "../bindings/ServerChange";
import type { ServerView } from "../bindings/ServerView";
import type { Snapshot } from "../bindings/Snapshot";
import type { ToolView } from "../bindings/ToolView";
import type { VaultView } from "../bindings/VaultView";
import type { UpdateCommand, UpdateStanding } from "./update";

/** Something that failed for a server while nobody waited for it. */
export interface Trouble {
  id: string;
  error: ErrorView;
}

/** What the system around the app says, and no preference could. */
export interface Surroundings {
  /** `null` where it does not tell. */
  startAtLogin: boolean | null;
  /** Whether there is a tray. */
  tray: boolean;
}

export type Arguments = Record<string, unknown>;

/**
 * Everything the pane can ask for. Every promise rejects with an `ErrorView` and nothing else.
 *
 * `connect` and its like resolve when the work is under way; how it goes is told by events.
 */
export interface Backend {
  /**
   * Resolves once no event can be missed any more; a snapshot is asked for only then. `missed` says that events were
   * lost all the same: ask again for it, and for all that events keep up to date. `troubled` says what did not work
   * beside any command, such as a browser that does not open.
   */
  listen(hear: (event: Event) => void, missed: () => void, troubled: (trouble: Trouble) => void): Promise<() => void>;

  /** Hears that the person comes from the tray or from a notification: to a server, or to those that need them. */
  summoned(to: (server: string | null) => void): Promise<() => void>;

  snapshot(): Promise<Snapshot>;
  detect(url: string): Promise<Detection>;
  add(server: NewServer): Promise<ServerView>;
  change(id: string, change: ServerChange): Promise<ServerView>;
  remove(id: string): Promise<void>;
  /** Puts a server where `to` others stand before it. */
  move(id: string, to: number): Promise<void>;
  /** The person has seen that a damaged list was kept aside. */
  forgetSetAside(): Promise<void>;

  connect(id: string): Promise<void>;
  /** A new sign-in while the old one still works; the old one stays until the new one is there. */
  signInAgain(id: string): Promise<void>;
  cancel(id: string): Promise<void>;
  showWindow(id: string): Promise<void>;
  /** The browser takes over from the window, in the same sign-in; or opens its page once more. */
  handOver(id: string): Promise<void>;
  /** Forgets the registration and begins anew. */
  registerAgain(id: string): Promise<void>;
  /** Leaves the access as it is, although the server asked for more. */
  declineAccess(id: string): Promise<void>;
  copyLink(id: string): Promise<void>;
  pasteCallback(id: string, text: string): Promise<void>;
  signOut(id: string): Promise<void>;

  tools(id: string): Promise<ToolView[]>;
  refreshTools(id: string): Promise<ToolView[]>;
  /** `call` is the caller's own name for this call, for {@link Backend.cancelCall}; `json` is the arguments. */
  call(id: string, call: string, tool: string, json: string): Promise<CallOutcome>;
  cancelCall(call: string): Promise<void>;
  /** Puts a picture or a sound of an answer among the person's downloads; `data` is Base64. Answers with the path of the file. */
  save(tool: string, mimeType: string, data: string): Promise<string>;
  /** Puts a picture on the clipboard. */
  copyPicture(pixels: ImageData): Promise<void>;

  answerQuestion(id: string, answer: QuestionAnswer): Promise<void>;
  /** The person agrees to visit the page that a question is about. */
  openQuestionPage(id: string): Promise<void>;

  /** What happened to a server, the newest first. */
  activity(id: string): Promise<Activity[]>;
  /** Puts a report that is safe to paste on the clipboard. */
  copyReport(id: string): Promise<void>;

  setPreferences(preferences: Preferences): Promise<void>;

  surroundings(): Promise<Surroundings>;
  setStartAtLogin(on: boolean): Promise<void>;
  /** Answers with the path of the file. */
  exportAll(): Promise<string>;
  /** Shows a file that was put there where it lies. */
  showDownload(path: string): Promise<void>;
  /** Signs out everywhere; then all is as on the first start. */
  deleteAll(): Promise<void>;
  quit(): Promise<void>;

  /** Hears how it stands with new versions of the app, each time that something changes. */
  listenToUpdates(hear: (standing: UpdateStanding) => void): Promise<() => void>;
  /** Resolves with how it stands when it is under way; refused unless the person has agreed. */
  update(what: UpdateCommand): Promise<UpdateStanding>;

  /** The lists of servers that other programs of this computer keep. */
  findConfigs(): Promise<FoundConfig[]>;
  previewImport(text: string): Promise<ImportPreview>;
  /** One result for each pick. */
  importPicked(source: ImportSource, picks: ImportPick[]): Promise<ImportOutcome>;
  /** Searches the registry of MCP servers, from where the last page ended. */
  searchRegistry(query: string, cursor: string | null): Promise<RegistryPage>;
  /** Opens a link of the catalogue in the person's browser. */
  openCatalogueLink(server: string, link: "docs" | "client"): Promise<void>;

  retryVault(): Promise<VaultView>;
  useKeyFile(): Promise<VaultView>;
  /** Gives up what the lost key had sealed. */
  replaceLostKey(): Promise<VaultView>;
}

/** Makes an `ErrorView` of whatever was thrown. */
export function asError(thrown: unknown): ErrorView {
  if (isErrorView(thrown)) return { ...thrown, remedy: thrown.remedy ?? null };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "unexpected", message, remedy: null };
}

function isErrorView(value: unknown): value is ErrorView {
  // What a browser throws has a number there.
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string" && "message" in value;
}
