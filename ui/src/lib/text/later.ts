import { enLater, type LaterCatalogue } from "./en.later";
import { t as first } from "./index";
import type { Catalogue } from "./en";

/** All words, for the screens that open on a click. */
export const t: Catalogue & LaterCatalogue = { ...first, ...enLater };
