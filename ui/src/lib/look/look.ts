import type { DesktopPreferences } from "../bindings/DesktopPreferences";
import type { Language } from "../bindings/Language";
import type { Theme } from "../bindings/Theme";
import { languages, themes } from "./choices";
import { wear } from "./theme";

/** How the pane looks and speaks. */
export interface Look {
  theme: Theme;
  language: Language;
}

/** What the address of the page says of it, before anything else could. */
export function lookOf(search: string): Look {
  const asked = new URLSearchParams(search);
  const one = <Value>(values: readonly Value[], name: string) => values.find((value) => value === asked.get(name)) ?? values[0]!;
  return { theme: one(themes, "theme"), language: one(languages, "language") };
}

/** What the page can do with itself. */
export const page = {
  language: "system" as Language,
  go: (address: string) => location.replace(address),
};

/** Puts on what is preferred now. Words are drawn once, so another language is another page. */
export function follow({ theme, language }: DesktopPreferences): void {
  wear(theme);
  if (language === page.language) return;
  page.language = language;
  const address = new URL(location.href);
  address.searchParams.set("theme", theme);
  address.searchParams.set("language", language);
  page.go(address.href);
}
