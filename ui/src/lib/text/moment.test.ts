import { afterEach, expect, it, vi } from "vitest";
import { dayOf, moment, timeOfDay } from "./moment";

const AFTERNOON = new Date(2026, 2, 3, 14, 5, 9).getTime();

function speak(language: string, ...known: string[]): void {
  document.documentElement.lang = language;
  vi.spyOn(navigator, "languages", "get").mockReturnValue(known);
}

afterEach(() => {
  vi.restoreAllMocks();
  document.documentElement.removeAttribute("lang");
});

it.each([
  ["de", ["en-US"], "14:05:09", "Dienstag, 3. März", "3.3.2026, 14:05:09"],
  ["en", ["de-DE", "en-GB"], "14:05:09", "Tuesday 3 March", "03/03/2026, 14:05:09"],
  ["en", ["en-US"], "02:05:09 PM", "Tuesday, March 3", "3/3/2026, 2:05:09 PM"],
  ["en", ["fr-FR"], "02:05:09 PM", "Tuesday, March 3", "3/3/2026, 2:05:09 PM"],
])("in %s, on a computer of %j, an afternoon is %s", (language, known, time, day, both) => {
  speak(language, ...known);
  expect([timeOfDay(AFTERNOON), dayOf(AFTERNOON), moment(AFTERNOON)]).toEqual([time, day, both]);
});
