/** Text in quotes, or a number. */
const LITERAL = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;
const WHOLE = /^-?\d+$/;
/** Without one of these no number in JSON is rounded. */
const LARGE = /\d{16}|e\+?\d{3}/i;
/** Stands before a whole number that a reader would round, while it is text: no text of anybody begins like this. */
const MARK = `${Math.random()} `;
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, "g");

/** Whether a number stays itself, here and on its way to the server: of whole ones, those that 64 bits hold. */
export function isExact(literal: string): boolean {
  const number = Number(literal);
  if (Number.isSafeInteger(Math.trunc(number)) || `${number}` === literal) return true;
  if (!WHOLE.test(literal)) return Number.isFinite(number) && /e/i.test(literal);
  const whole = BigInt(literal);
  return [BigInt.asIntN(64, whole), BigInt.asUintN(64, whole), BigInt(number)].includes(whole);
}

/** The first number in JSON that does not stay itself. */
export function inexactIn(json: string): string | undefined {
  return LARGE.test(json) ? json.match(LITERAL)?.find((literal) => !literal.startsWith('"') && !isExact(literal)) : undefined;
}

/** The value of a number: one beyond 2^53 that would be rounded is a `bigint`. */
export function numberIn(literal: string): number | bigint {
  return isRounded(literal) ? BigInt(literal) : Number(literal);
}

/** Reads JSON, and rounds no whole number. */
export function readJson(json: string): unknown {
  const value: unknown = JSON.parse(json);
  if (!LARGE.test(json)) return value;
  const marked = json.replace(LITERAL, (literal) => (isRounded(literal) ? `"${MARK}${literal}"` : literal));
  return JSON.parse(marked, (_, part: unknown) =>
    typeof part === "string" && part.startsWith(MARK) ? BigInt(part.slice(MARK.length)) : part,
  );
}

/** Writes JSON that `readJson` has read, for people. */
export function writeJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${MARK}${part}` : part), 2);
  return marked.replace(MARKED, "$1");
}

/** The same JSON, for people. */
export function prettyJson(json: string): string {
  return writeJson(readJson(json));
}

function isRounded(literal: string): boolean {
  return WHOLE.test(literal) && !Number.isSafeInteger(Number(literal)) && `${Number(literal)}` !== literal;
}
