import { expect, it } from "vitest";
import { ago, countdown, span, stopwatch } from "./time";

it.each([
  [1, "1 s"],
  [19_500, "20 s"],
  [90_000, "90 s"],
  [90_001, "2 min"],
  [-3, "1 s"],
])("a countdown of %i ms reads %s", (ms, text) => expect(countdown(ms)).toBe(text));

it.each([
  [300, "1 s"],
  [47 * 60_000, "47 min"],
  [3 * 3_600_000, "3 h"],
  [12 * 86_400_000, "12 days"],
])("a span of %i ms reads %s", (ms, text) => expect(span(ms)).toBe(text));

it.each([
  [20_000, "just now"],
  [130 * 60_000, "2 h ago"],
])("%i ms before reads %s", (ms, text) => expect(ago(ms)).toBe(text));

it.each([
  [41_900, "0:41"],
  [725_000, "12:05"],
  [-1, "0:00"],
])("a stopwatch at %i ms reads %s", (ms, text) => expect(stopwatch(ms)).toBe(text));
