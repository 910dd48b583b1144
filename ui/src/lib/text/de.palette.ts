import type { enPalette, enShortcuts } from "./en.palette";

/** German, for the palette and the sheet of shortcuts. */
export const dePalette: typeof enPalette = {
  title: "Befehle",
  input: "Befehl oder Server",
  results: "Treffer",
  none: (query) => `Nichts passt zu „${query}“.`,
  count: (n) => `${n} Treffer`,
  more: (shown, all) => `${shown} von ${all} · tippe weiter`,
  groups: { server: (name) => name, servers: "Server öffnen", app: "Drawbridge" },
  hints: { move: "wählen", choose: "ausführen", close: "schließen" },
  app: {
    browse: "Bekannte Server ansehen",
    quit: "Drawbridge beenden",
  },
  tab: (tab) => `Reiter „${tab}“ zeigen`,
  copyAddress: "Adresse kopieren",
  addressCopied: "Adresse kopiert",
  refreshTools: "Tools neu laden",
  turnOff: "Ausschalten",
  moveUp: "In der Liste nach oben",
  moveDown: "In der Liste nach unten",
};

export const deShortcuts: typeof enShortcuts = {
  title: "Tastenkürzel",
  or: "oder",
  keys: { Mod: "Strg", Alt: "Alt", Escape: "Esc", Home: "Pos1", End: "Ende", Enter: "Eingabe" },
  groups: { everywhere: "Überall", list: "In der Liste", tabs: "In den Reitern", tools: "Beim Testen" },
  palette: "Befehle",
  sheet: "Diese Übersicht",
  add: "Server hinzufügen",
  search: "Server suchen",
  preferences: "App-Einstellungen",
  quit: "Beenden",
  size: "Größer, kleiner, normal",
  back: "Zurück zur Liste",
  rows: "Anderer Server",
  ends: "Erster, letzter",
  action: "Seine Aktion, und zurück",
  place: "Server verschieben",
  tabs: "Anderer Reiter",
  run: "Starten",
  leave: "Schließen",
};
