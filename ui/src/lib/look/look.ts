import type { Language } from "../bindings/Language";
import type { Theme } from "../bindings/Theme";
import { speakAs } from "../text/language";
import { languages, themes } from "./choices";

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

let spoken: Language = "system";

/** Speaks this language from now on; tells whether it is another than before. */
export async function speaks(language: Language): Promise<boolean> {
  if (language === spoken) return false;
  spoken = language;
  await speakAs(language);
  return true;
}
