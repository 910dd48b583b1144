import { t } from "../../text/later";
import { isNumber, same } from "../values";
import type { Schema } from "../schema";
import { examples, isOfFormat } from "./formats";

/** Longer text is left to the server: a pattern may take very long over it. */
const SHORT = 2000;

/** What is wrong with a number, as a sentence. */
export function numberTrouble(schema: Schema, value: number | bigint): string | null {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below, multipleOf: step } = schema;
  if (isNumber(minimum) && value < minimum) return t.form.atLeast(minimum);
  if (isNumber(above) && value <= above) return t.form.moreThan(above);
  if (isNumber(maximum) && value > maximum) return t.form.atMost(maximum);
  if (isNumber(below) && value >= below) return t.form.lessThan(below);
  if (typeof step === "number" && step > 0 && !isMultiple(Number(value), step)) return t.form.multipleOf(step);
  return null;
}

/** With room for what decimals lose in binary: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, step: number): boolean {
  const times = value / step;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

/** What is wrong with text, as a sentence. */
export function textTrouble({ minLength: least, maxLength: most, pattern, format }: Schema, text: string): string | null {
  const length = [...text].length;
  if (typeof least === "number" && length < least) return t.form.tooShort(least);
  if (typeof most === "number" && length > most) return t.form.tooLong(most);
  if (typeof pattern === "string" && !matches(pattern, text)) return t.form.notLike(pattern);
  if (typeof format === "string" && !isOfFormat(format, text)) return t.form.notFormat(format, examples[format] ?? "");
  return null;
}

/** A pattern that cannot be read, or that could run for ever, is the server's to look at. */
function matches(pattern: string, text: string): boolean {
  const nested = /[+*?}]\)*\)[+*{]|\|.*\)[+*{]/.test(pattern);
  if (nested || text.length > SHORT) return true;
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

/** What is wrong with a list as a whole, as a sentence. */
export function listTrouble({ minItems: least, maxItems: most, uniqueItems }: Schema, list: unknown[]): string | null {
  if (typeof least === "number" && list.length < least) return t.form.tooFew(least);
  if (typeof most === "number" && list.length > most) return t.form.tooMany(most);
  const twice = uniqueItems === true && list.some((item, at) => list.slice(at + 1).some((other) => same(item, other)));
  return twice ? t.form.twice : null;
}
