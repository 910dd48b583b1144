import type { Arguments } from "../backend/backend";
import type { Problem } from "../schema/form/check";
import type { Schema } from "../schema/schema";

/** What was typed as JSON, and the value that its part of the form has with it. */
export interface Typed {
  text: string;
  of: unknown;
}

/** What a form fills in. */
export interface Filling {
  /** What the whole of it is called. */
  readonly legend: string;
  /** Whoever fills it in need not know what its parts are called in the code. */
  readonly forPeople: boolean;
  readonly schema: Schema;
  readonly value: Arguments;
  /** Whether somebody wanted to send it, so that what is wrong is said. */
  readonly checked: boolean;
  readonly problems: readonly Problem[];
  /** What is wrong with parts of the form that are JSON, and cannot be read yet; by their path. */
  readonly unreadable: Map<string, string>;
  /** What was typed into parts of the form that are JSON, whether they are shown or not; by their path. */
  readonly typed: Map<string, Typed>;
  fill(value: Arguments): void;
}
