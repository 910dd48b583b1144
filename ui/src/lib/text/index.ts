import { en, type Catalogue } from "./en";
import type { LaterCatalogue } from "./en.later";

/** The words in use. */
export let t: Catalogue = en;

/** The words of the later screens, where they came along with a language. */
export let later: LaterCatalogue | null = null;

/** Speaks another language; before anything is drawn. */
export function speak(words: Catalogue, laterWords: LaterCatalogue): void {
  t = words;
  later = laterWords;
}
