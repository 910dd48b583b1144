/** What a format looks like, for those that are checked. */
export const examples: Readonly<Record<string, string>> = {
  date: "2026-11-25",
  time: "14:30:00Z",
  "date-time": "2026-11-25T14:30:00Z",
  email: "ada@example.com",
  uri: "https://example.com/",
};

/** Whether text is of a format; one that nobody knows takes everything. */
export function isOfFormat(format: string, text: string): boolean {
  switch (format) {
    case "date":
      return isDate(text);
    case "time":
      return isTime(text);
    case "date-time": {
      const [date = "", time = "", ...more] = text.split(/[tT ]/);
      return !more.length && isDate(date) && isTime(time);
    }
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text);
    case "uri":
      return /^[a-z][a-z0-9+.-]*:\S+$/i.test(text);
    default:
      return true;
  }
}

/** RFC 3339 `full-date`, of a day that there is. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** RFC 3339 `full-time`: with its offset. */
function isTime(text: string): boolean {
  const parts = /^(\d\d):(\d\d):(\d\d)(\.\d+)?(z|[+-](\d\d):(\d\d))$/i.exec(text);
  if (!parts) return false;
  const [hours, minutes, seconds, offsetHours, offsetMinutes] = [1, 2, 3, 6, 7].map((at) => Number(parts[at] ?? 0));
  return hours! < 24 && minutes! < 60 && seconds! <= 60 && offsetHours! < 24 && offsetMinutes! < 60;
}
