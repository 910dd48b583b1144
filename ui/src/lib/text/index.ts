import { en, type Catalogue } from "./en";

/** The catalogue in use; another language is another object of the same type. */
export const t: Catalogue = en;
