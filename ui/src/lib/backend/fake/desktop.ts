import type { ErrorView } from "../../bindings/ErrorView";
import type { Surroundings } from "../backend";

/** A desktop that only pretends to be around the app. */
export class FakeDesktop {
  #now: Surroundings;
  readonly #log: string[];

  constructor(log: string[], surroundings: Surroundings = { startAtLogin: false, tray: true }) {
    this.#log = log;
    this.#now = surroundings;
  }

  surroundings = async (): Promise<Surroundings> => this.#now;

  setStartAtLogin = async (on: boolean): Promise<void> => {
    this.#log.push(`start_at_login ${on}`);
    if (this.#now.startAtLogin === null) throw noStart;
    this.#now = { ...this.#now, startAtLogin: on };
  };

  exportAll = async (): Promise<string> => {
    this.#log.push("export_all");
    return "/home/ada/Downloads/drawbridge-2026-11-25.json";
  };

  save = async (tool: string, mimeType: string, data: string): Promise<string> => {
    this.#log.push(`save ${tool} ${mimeType} ${data.length}`);
    return `/home/ada/Downloads/${tool}-2026-11-25.${mimeType === "image/svg+xml" ? "svg" : "wav"}`;
  };

  copyPicture = async ({ width, height }: ImageData): Promise<void> => {
    this.#log.push(`copy_picture ${width} × ${height}`);
  };

  showDownload = async (path: string): Promise<void> => {
    this.#log.push(`show_download ${path}`);
  };

  quit = async (): Promise<void> => {
    this.#log.push("quit");
  };
}

const noStart: ErrorView = {
  code: "start_at_login",
  message: "The system did not take it that Drawbridge starts at login.",
  remedy: "Set it in the settings of your desktop.",
};

export const dataInUse: ErrorView = {
  code: "data_in_use",
  message: "Another Drawbridge is at work on the same data.",
  remedy: "Close the app and every command that is running, then try again.",
};
