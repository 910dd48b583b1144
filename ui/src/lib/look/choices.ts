import type { Language } from "../bindings/Language";
import type { Theme } from "../bindings/Theme";

/** The first is what a new installation begins with. */
export const themes: readonly Theme[] = ["system", "light", "dark"];
export const languages: readonly Language[] = ["system", "en", "de"];
