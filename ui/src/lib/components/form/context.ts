import { createContext } from "svelte";
import type { Filling } from "../../state/filling";

/** What a form shows and changes. */
export const [getFilling, setFilling] = createContext<() => Filling>();
