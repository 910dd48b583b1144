/** Each once, by what tells them apart: of several the last, where the first one stood. */
export function once<Item>(list: readonly Item[], key: (item: Item) => unknown): Item[] {
  return [...new Map(list.map((item) => [key(item), item])).values()];
}
