import { t } from "./index";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `20 s`, `3 min`: what is left of a short wait, rounded up so that it never says 0. */
export function countdown(ms: number): string {
  const left = Math.max(ms, 1);
  return left <= 90 * SECOND ? `${Math.ceil(left / SECOND)} s` : `${Math.ceil(left / MINUTE)} min`;
}

/** `47 min`, `5 h`, `12 days`: a length of time as a person would say it. */
export function span(ms: number): string {
  if (ms < MINUTE) return `${Math.max(Math.round(ms / SECOND), 1)} s`;
  if (ms < 90 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return t.time.days(Math.round(ms / DAY));
}

/** `just now`, `3 min ago`. */
export function ago(ms: number): string {
  return ms < MINUTE ? t.time.justNow : t.time.ago(span(ms));
}

/** `0:41`, `12:05`: a running stopwatch. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(Math.floor(ms / SECOND), 0);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
