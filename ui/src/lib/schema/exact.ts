/** A number, in JSON outside of text. */
const NUMBER = /-?\d[\d.eE+-]*/g;
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
  if (!LARGE.test(json)) return undefined;
  for (const part of partsOf(json)) {
    const found = isText(part) ? undefined : part.match(NUMBER)?.find((literal) => !isExact(literal));
    if (found) return found;
  }
  return undefined;
}

/** The value of a number: one beyond 2^53 that would be rounded is a `bigint`. */
export function numberIn(literal: string): number | bigint {
  return isRounded(literal) ? BigInt(literal) : Number(literal);
}

/** Reads JSON, and rounds no whole number. */
export function readJson(json: string): unknown {
  const value: unknown = JSON.parse(json);
  if (!LARGE.test(json)) return value;
  const mark = (literal: string) => (isRounded(literal) ? `"${MARK}${literal}"` : literal);
  const marked = Array.from(partsOf(json), (part) => (isText(part) ? part : part.replace(NUMBER, mark)));
  return JSON.parse(marked.join(""), (_, part: unknown) =>
    typeof part === "string" && part.startsWith(MARK) ? BigInt(part.slice(MARK.length)) : part,
  );
}

/** Writes JSON that `readJson` has read, for people; with an indent of 0 in one line. */
export function writeJson(value: unknown, indent = 2): string {
  const marked = JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${MARK}${part}` : part), indent);
  return marked.replace(MARKED, "$1");
}

/** The same JSON, for people. */
export function prettyJson(json: string): string {
  return writeJson(readJson(json));
}

/** JSON cut into text in quotes and what lies between. A pattern would do, but that of WebKit gives up in a long text. */
function* partsOf(json: string): Generator<string> {
  for (let at = 0; at < json.length; ) {
    const begin = json.indexOf('"', at);
    yield json.slice(at, begin < 0 ? json.length : begin);
    if (begin < 0) return;
    at = endOfText(json, begin);
    yield json.slice(begin, at);
  }
}

function endOfText(json: string, begin: number): number {
  for (let end = json.indexOf('"', begin + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let last = end - 1;
    while (json[last] === "\\") last -= 1;
    // Each two backslashes stand for one, and the odd one for the quote.
    if ((end - last) % 2 === 1) return end + 1;
  }
  return json.length;
}

function isText(part: string): boolean {
  return part.startsWith('"');
}

function isRounded(literal: string): boolean {
  return WHOLE.test(literal) && !Number.isSafeInteger(Number(literal)) && `${Number(literal)}` !== literal;
}
