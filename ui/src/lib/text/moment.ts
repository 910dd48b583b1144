/** The person's own region where it speaks the language in use, otherwise that language. */
function locale(): string {
  const language = document.documentElement.lang || "en";
  return navigator.languages.find((known) => known.split("-")[0] === language) ?? language;
}

/** `14:05:09`: a time of day. */
export function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** `Tuesday 3 March`: a day of this year. */
export function dayOf(ms: number): string {
  return new Date(ms).toLocaleDateString(locale(), { weekday: "long", day: "numeric", month: "long" });
}

/** `03/03/2026, 14:05:09`: a day and its time. */
export function moment(ms: number): string {
  return new Date(ms).toLocaleString(locale());
}
