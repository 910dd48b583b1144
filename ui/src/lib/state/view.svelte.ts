import { SvelteMap } from "svelte/reactivity";
import type { ServerView } from "../bindings/ServerView";
import { zoom } from "../look/zoom.svelte";
import type { Brought } from "./brought";

/** A setting that a failure leads to. */
export type Field = "client" | "issuer" | "pkce";

export type Tab = "tools" | "connection" | "activity" | "settings";

/** Something that lies over the pane. */
export interface Layer {
  /** Whether closing it would lose something. */
  keeps: () => boolean;
  close: () => void;
}

/** What the person is looking at. */
export class View {
  selectedId = $state<string | null>(null);
  /** In a narrow window: whether the detail covers the list. */
  opened = $state(false);
  /** How often the selected server went away. */
  departures = $state(0);
  /** How often the person was led to a server or to the list from elsewhere. */
  summons = $state(0);
  search = $state("");
  adding = $state(false);
  /** What lies over the pane and can be opened from everywhere. */
  overlay = $state<"palette" | "shortcuts" | null>(null);
  /** A short word of what was done, where nothing else shows it. */
  said = $state<string | null>(null);
  /** Whether the preferences are open. */
  preferring = $state(false);
  /** Whether the arguments of a tool show as JSON, below their form. */
  showsJson = $state(true);
  /** The address with which the sheet opens. */
  addUrl = $state("");

  /** Only what the person chose, or was led to; else the tab follows from the status. */
  readonly #tabs = new SvelteMap<string, Tab>();
  /** Tabs that the pane opened by itself, and may close again by itself. */
  readonly #led = new Set<string>();

  /** Where a server led by itself before its status said nothing of that. */
  readonly #natural = new Map<string, Tab>();

  tab(server: ServerView): Tab {
    return this.#tabs.get(server.id) ?? naturalTab(server) ?? this.#natural.get(server.id) ?? "tools";
  }

  /** Keeps in mind where a server led that has changed since. */
  remember(server: ServerView): void {
    const tab = naturalTab(server);
    if (tab) this.#natural.set(server.id, tab);
  }

  chooseTab(id: string, tab: Tab): void {
    this.#led.delete(id);
    this.#tabs.set(id, tab);
  }

  select(id: string): void {
    this.selectedId = id;
  }

  /** Brings a server to the front, and one of its tabs where that is where the work is. */
  show(id: string, tab: Tab | null): void {
    this.selectedId = id;
    this.opened = true;
    if (!tab) return;
    this.#tabs.set(id, tab);
    if (tab === "connection") this.#led.add(id);
  }

  /** Whether a server is before the person; in a narrow window the list may cover it. */
  sees(id: string): boolean {
    return this.selectedId === id && (this.opened || !this.narrow);
  }

  /** Whether the window shows the list or a server, and not both: as the styles have it. */
  get narrow(): boolean {
    return innerWidth < 47.5 * zoom.rem;
  }

  /** Brings up a server and its row, whatever the list was searched for. */
  lead(id: string, tab: Tab | null): void {
    this.search = "";
    this.show(id, tab);
    this.summons += 1;
  }

  #farewell = $state<string | null>(null);

  /** Asks whether a server shall be removed (`settings`) or signed out (`connection`), in the tab where that is done. */
  askFarewell(id: string, tab: Tab): void {
    this.show(id, tab);
    this.#farewell = id + tab;
  }

  /** Whether that is asked for; it is asked for once. */
  takeFarewell(id: string, tab: Tab): boolean {
    const asked = this.#farewell === id + tab;
    if (asked) this.#farewell = null;
    return asked;
  }

  /** Brings the list to the front, at one of its servers. */
  showList(id: string | undefined): void {
    this.opened = false;
    this.selectedId = id ?? this.selectedId;
  }

  /** A sign-in that was watched has ended well: on to the tools, unless the person went elsewhere. */
  arrived(id: string): void {
    if (!this.#led.delete(id)) return;
    this.#tabs.delete(id);
    if (this.#trying.has(id)) this.chooseTab(id, "tools");
  }

  /** The selected server is gone. */
  leave(next: string | null): void {
    this.departures += 1;
    this.selectedId = next;
    this.opened = false;
  }

  /** At most one tool of a server is open for trying. */
  readonly #trying = new SvelteMap<string, string>();

  isTrying(id: string, tool: string): boolean {
    return this.#trying.get(id) === tool;
  }

  /** The tool that is open for trying, if one is. */
  trying(id: string): string | null {
    return this.#trying.get(id) ?? null;
  }

  #begun = $state<string | null>(null);

  /** Where a tool is tried stays before the person, whatever its answer makes of the status. */
  startTrying(id: string, tool: string): void {
    this.chooseTab(id, "tools");
    this.#trying.set(id, tool);
    this.#begun = id;
  }

  /** Whether the person has just begun to try a tool of this server, so that the focus goes there; told once. */
  takeBegun(id: string): boolean {
    const begun = this.#begun === id;
    if (begun) this.#begun = null;
    return begun;
  }

  stopTrying(id: string): void {
    this.#trying.delete(id);
  }

  #field = $state<{ id: string; field: Field } | null>(null);

  /** Brings up the setting that mends a failure. */
  openField(id: string, field: Field): void {
    this.show(id, "settings");
    this.#field = { id, field };
  }

  /** The setting of this server that is asked for; it is asked for once. */
  takeField(id: string): Field | null {
    if (this.#field?.id !== id) return null;
    const { field } = this.#field;
    this.#field = null;
    return field;
  }

  openAdd(url = ""): void {
    this.addUrl = url;
    this.adding = true;
  }

  closeSheets(): void {
    this.adding = this.importing = this.preferring = false;
    this.overlay = null;
  }

  readonly layers = new Set<Layer>();

  /** Whether closing what lies over the pane would lose something. */
  get #keeps(): boolean {
    return [...this.layers].some((layer) => layer.keeps());
  }

  /** Takes away all that lies over the pane, unless that would lose something. Tells whether nothing lies there any more. */
  uncover(): boolean {
    if (this.#keeps) return false;
    for (const layer of [...this.layers]) layer.close();
    this.closeSheets();
    return true;
  }

  importing = $state(false);
  /** Something is being dragged over the window. */
  dropping = $state(false);
  #brought = $state.raw<Brought[]>([]);

  /** Opens the sheet that imports, with lists that the person brought; what was typed for another server stays below it. */
  openImport(brought: Brought[] = []): void {
    this.#brought = [...this.#brought, ...brought];
    this.adding &&= brought.length > 0 && this.#keeps;
    this.importing = true;
  }

  /** Each is taken once. */
  takeBrought(): Brought[] {
    const brought = this.#brought;
    if (brought.length) this.#brought = [];
    return brought;
  }
}

/** Nothing while it connects: the tab stays as it was. */
function naturalTab({ status }: ServerView): Tab | null {
  switch (status.kind) {
    case "connecting":
      return null;
    case "connected":
    case "ready":
    case "cant_reach":
      return "tools";
    default:
      return "connection";
  }
}
