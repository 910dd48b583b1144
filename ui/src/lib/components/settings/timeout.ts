/** What the engine refuses as the time that a request may take, in seconds. */
export function isWrongTimeout(text: string): boolean {
  const seconds = Number(text);
  return !Number.isInteger(seconds) || seconds < 1 || seconds > 300;
}
