import type { RedirectPin } from "../../bindings/RedirectPin";

/** What follows the port, where the person says nothing else. */
export const CALLBACK_PATH = "/callback";

/** What the engine takes: nothing that two programs could read in two ways. */
export function isPath(text: string): boolean {
  const ambiguous = text.includes("//") || text.split("/").some((segment) => segment === "." || segment === "..");
  return /^\/[\w\-.~!$&'()*+,;=:@/]*$/.test(text) && !ambiguous;
}

/**
 * The address to register by hand for a pin, for display; the engine makes its own. Nothing, while
 * the port is not known: a server that is not stored yet has none.
 */
export function redirectUri(pin: RedirectPin, deepLink: string, portByHand: number | null): string | null {
  if (pin.kind !== "loopback" && pin.kind !== "localhost") return deepLink;
  const port = pin.port ?? portByHand;
  const host = pin.kind === "loopback" ? "127.0.0.1" : "localhost";
  return port === null ? null : `http://${host}:${port}${pin.path ?? CALLBACK_PATH}`;
}
