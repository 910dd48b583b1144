/** Text in quotes, or a number. */
const LITERAL = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;

/** Whether a number stays itself when it is read: whole ones beyond 2^53 are rounded, and the largest have no end. */
export function isExact(literal: string): boolean {
  const number = Number(literal);
  if (Number.isSafeInteger(Math.trunc(number))) return true;
  return Number.isFinite(number) && (/e/i.test(literal) || [`${number}`, `${BigInt(number)}`].includes(literal));
}

/** The first number in JSON that does not stay itself. */
export function inexactIn(json: string): string | undefined {
  return json.match(LITERAL)?.find((literal) => !literal.startsWith('"') && !isExact(literal));
}
