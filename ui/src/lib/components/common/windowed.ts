import type { Snippet } from "svelte";

/** A list of which only what is in sight is drawn. */
export interface WindowedProps<Item> {
  items: readonly Item[];
  key: (item: Item) => string;
  row: Snippet<[Item]>;
  /** Rows that stay, also out of sight: what has the focus, and what is at work. */
  keep: readonly (string | null)[];
  /** The height of a row that was not drawn yet, in rem. */
  height: number;
  /** The row that is carried to another place. */
  lifted?: string | null;
  /** Pixels between the begin of what scrolls, which is marked `data-scrolls`, and of the list. */
  above?: number;
  /** What the list was searched for: with another search, rows are filled anew instead of made. */
  search?: string;
}
