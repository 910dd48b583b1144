import type { Detection } from "../../bindings/Detection";
import type { ErrorView } from "../../bindings/ErrorView";

/** What a server needs, by words in its address. */
export function detectionOf(url: string, existing: string | null): Detection {
  const host = new URL(url).host;
  const base = { url, suggestedName: nameOf(host), existing, issuer: null, problem: null };
  if (host.includes("key")) return { ...base, auth: "headers" };
  if (host.includes("open") || host.startsWith("127.") || host.startsWith("localhost")) return { ...base, auth: "none" };
  if (host.includes("down")) return { ...base, auth: null, problem: unreachable };
  return { ...base, auth: "oauth", issuer: `https://${host}` };
}

export function nameOf(host: string): string {
  const word = host.replace(/^(mcp|api|www)\./, "").split(/[.:]/)[0] ?? host;
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const unreachable: ErrorView = { code: "unreachable", message: "The server cannot be reached.", remedy: "Check the address and the network." };
