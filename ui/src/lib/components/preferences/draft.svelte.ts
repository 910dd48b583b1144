import { untrack } from "svelte";
import { asError, type Surroundings } from "../../backend/backend";
import type { ErrorView } from "../../bindings/ErrorView";
import type { DesktopPreferences } from "../../bindings/DesktopPreferences";
import type { Preferences } from "../../bindings/Preferences";
import type { ProxyChoice } from "../../bindings/ProxyChoice";
import type { Surface } from "../../bindings/Surface";
import type { Pane } from "../../state/pane.svelte";
import { isDocumentUrl } from "../sign-in/draft.svelte";

type PreferenceField = "document" | "proxy" | "ca";

/** The preferences while they are edited. */
export class PreferencesDraft {
  readonly #pane: Pane;

  surface = $state<Surface>("popup");
  document = $state("");
  proxy = $state<ProxyChoice["kind"]>("system");
  proxyUrl = $state("");
  caFile = $state("");
  desktop = $state<DesktopPreferences>({
    theme: "system",
    language: "system",
    notifications: true,
    keepInTray: false,
    updates: "unasked",
  });
  /** What the system tells, once it has: not ours to store. */
  told = $state.raw<Surroundings | null>(null);
  startAtLogin = $state(false);
  #startsAtLogin = false;
  saving = $state(false);
  error = $state<ErrorView | null>(null);

  constructor(pane: Pane) {
    this.#pane = pane;
    untrack(() => this.#reset());
  }

  #reset(): void {
    const now = this.#pane.preferences;
    if (!now) return;
    this.surface = now.surface;
    this.document = now.clientMetadataUrl ?? "";
    this.proxy = now.proxy.kind;
    this.proxyUrl = now.proxy.kind === "url" ? now.proxy.url : "";
    this.caFile = now.extraCaFile ?? "";
    this.desktop = { ...now.desktop };
  }

  /** Asks the system how things are. */
  async lookAround(): Promise<void> {
    this.told = await this.#pane.backend.surroundings().catch(() => null);
    this.#startsAtLogin = this.startAtLogin = this.told?.startAtLogin === true;
  }

  get #preferences(): Preferences {
    const url = this.proxyUrl.trim();
    return {
      surface: this.surface,
      clientMetadataUrl: this.document.trim() || null,
      extraCaFile: this.caFile.trim() || null,
      proxy: this.proxy === "url" ? { kind: "url", url } : { kind: this.proxy },
      desktop: { ...this.desktop },
    };
  }

  get documentWrong(): boolean {
    return this.document.trim() !== "" && !isDocumentUrl(this.document);
  }

  get ready(): boolean {
    return !this.documentWrong && (this.proxy !== "url" || this.proxyUrl.trim() !== "");
  }

  /** What the engine says about one field. */
  problem(field: PreferenceField): ErrorView | null {
    if (this.error) return fieldOf(this.error.code) === field ? this.error : null;
    return field === "ca" ? this.#standing : null;
  }

  /** The file that is stored was fine once and cannot be used now; another may be. */
  get #standing(): ErrorView | null {
    const stored = this.#pane.preferences?.extraCaFile;
    return this.caFile.trim() === stored ? this.#pane.preferencesProblem : null;
  }

  /** What it says about none of them. */
  get otherProblem(): ErrorView | null {
    return this.error && fieldOf(this.error.code) === null ? this.error : null;
  }

  /** Tells whether they are stored. */
  async save(): Promise<boolean> {
    if (!this.ready || this.saving) return false;
    this.saving = true;
    this.error = null;
    try {
      if (this.startAtLogin !== this.#startsAtLogin) await this.#pane.backend.setStartAtLogin(this.startAtLogin);
      this.#startsAtLogin = this.startAtLogin;
      await this.#pane.setPreferences(this.#preferences);
      return true;
    } catch (thrown) {
      this.error = asError(thrown);
      return false;
    } finally {
      this.saving = false;
    }
  }
}

function fieldOf(code: string): PreferenceField | null {
  if (code.includes("proxy")) return "proxy";
  if (code.includes("ca_file") || code.includes("certificate")) return "ca";
  return code.includes("metadata") ? "document" : null;
}
