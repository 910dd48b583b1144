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

/** Whether it is a host with a dot in it, and perhaps a port: `mcp.example.com`. */
export function isHost(text: string): boolean {
  return /^[\w-]+(\.[\w-]+)+(:\d+)?$/.test(text);
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
