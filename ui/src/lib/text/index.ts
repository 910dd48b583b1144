import { en, type Catalogue } from "./en";
import type { LaterCatalogue } from "./en.later";
import type { Saying } from "./sayings";

/** The words in use. */
export let t: Catalogue = en;

/** The words of the later screens, where they came along with a language. */
export let later: LaterCatalogue | null = null;

/** What the engine says of failures, in the language in use. */
export let said: Saying = (english) => english;

/** What data says in each language. */
export interface Words {
  en: string;
  de: string;
}

/** In the language in use. */
export function spoken(words: Words): string {
  return document.documentElement.lang === "de" ? words.de : words.en;
}

/** Speaks another language, or English; what is drawn is to be drawn anew. */
export function speak(words = en, laterWords: LaterCatalogue | null = null, saying: Saying = (english) => english): void {
  t = words;
  later = laterWords;
  said = saying;
}
