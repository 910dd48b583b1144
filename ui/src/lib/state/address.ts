/** Whether an address is worth asking the engine about; the engine has the last word. */
export function checkAddress(text: string): "empty" | "incomplete" | "insecure" | "valid" {
  const trimmed = text.trim();
  if (!trimmed) return "empty";
  const url = parse(trimmed);
  if (!url?.hostname) return "incomplete";
  if (url.protocol === "https:") return isComplete(url.hostname) ? "valid" : "incomplete";
  if (url.protocol !== "http:") return "incomplete";
  return isLoopback(url.hostname) ? "valid" : isComplete(url.hostname) ? "insecure" : "incomplete";
}

/** A host, perhaps with a port and a path, behind the scheme that goes without saying; `null` for anything else. */
export function withScheme(text: string): string | null {
  if (!/^([\w-]+(\.[\w-]+)+|localhost|\[::1])(:\d+)?(\/|$)/i.test(text)) return null;
  const url = parse(`http://${text}`);
  return url && `http${isLoopback(url.hostname) ? "" : "s"}://${text}`;
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function isComplete(host: string): boolean {
  return host === "localhost" || host.startsWith("[") || /\.[^.]+$/.test(host);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
