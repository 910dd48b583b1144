import type { Catalogue } from "./en";
import { enLater, type LaterCatalogue } from "./en.later";
import { later, t as first } from "./index";

/** All words, for the screens that open on a click. */
export const t: Catalogue & LaterCatalogue = { ...first, ...(later ?? enLater) };
