import { createContext } from "svelte";
import type { Trial } from "../../../state/trial.svelte";

/** The trial whose arguments a form shows. */
export const [getTrial, setTrial] = createContext<() => Trial>();
