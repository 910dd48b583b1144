/** From here on, what is out of sight is not drawn; below it, that saves nothing. */
const LONG = 100;

/** Whether a list is so long that drawing all of it would be felt. */
export function isLong(list: readonly unknown[]): boolean {
  return list.length > LONG;
}
