import type { Catalogue } from "./en";
import { enLater, type LaterCatalogue } from "./en.later";
import { later, t as first } from "./index";

/** All words in use, for the screens that open on a click. */
export const t = new Proxy({} as Catalogue & LaterCatalogue, {
  get: (_, name) => Reflect.get(later ?? enLater, name) ?? Reflect.get(first, name),
});
