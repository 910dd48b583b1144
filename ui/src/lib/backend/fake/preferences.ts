import type { Preferences } from "../../bindings/Preferences";

/** What a new installation begins with. */
export const plainPreferences: Preferences = {
  surface: "popup",
  clientMetadataUrl: null,
  extraCaFile: null,
  proxy: { kind: "system" },
  desktop: { theme: "system", language: "system", notifications: true, keepInTray: false, updates: "unasked" },
};

/** Of somebody who wants to know of new versions. */
export const daily: Preferences = { ...plainPreferences, desktop: { ...plainPreferences.desktop, updates: "daily" } };
