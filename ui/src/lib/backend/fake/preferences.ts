import type { Preferences } from "../../bindings/Preferences";

/** What a new installation begins with. */
export const plainPreferences: Preferences = {
  surface: "popup",
  clientMetadataUrl: null,
  extraCaFile: null,
  proxy: { kind: "system" },
  desktop: { theme: "system", language: "system", notifications: true, keepInTray: false },
};
