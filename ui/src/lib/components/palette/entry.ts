import type { ServerView } from "../../bindings/ServerView";
import type { Shortcut } from "../../keys/shortcuts";
import type { IconName } from "../common/Icon.svelte";

/** Something that the palette offers. */
export interface Entry {
  /** Its own name, different from every other. */
  id: string;
  label: string;
  /** What it is about: the server of a command, the host of a server. */
  note?: string;
  /** More words by which it is found. */
  also?: string;
  icon?: IconName;
  /** The server that it opens. */
  server?: ServerView;
  shortcut?: Shortcut;
  run: () => unknown;
}
