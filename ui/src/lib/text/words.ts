/** What data says in each language. */
export interface Words {
  en: string;
  de: string;
}

/** In the language in use. */
export function spoken(words: Words): string {
  return document.documentElement.lang === "de" ? words.de : words.en;
}
