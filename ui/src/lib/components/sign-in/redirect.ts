import type { RedirectPin } from "../../bindings/RedirectPin";

/** What follows the port, where the person says nothing else. */
export const CALLBACK_PATH = "/callback";

/** What the engine takes: nothing that two programs could read in two ways. */
export function isPath(text: string): boolean {
  const ambiguous = text.includes("//") || text.split("/").some((segment) => segment === "." || segment === "..");
  return /^\/[\w\-.~!$&'()*+,;=:@/]*$/.test(text) && !ambiguous;
}

/** What a client registered by hand gets where the person says no more; a server that is not stored yet has none. */
export interface ByHand {
  portByHand: number | null;
  redirectByHand: string | null;
}

/** The address to register by hand for a pin, for display; the engine makes its own. Nothing, while the port is not known. */
export function redirectUri(pin: RedirectPin, deepLink: string, { portByHand, redirectByHand }: ByHand): string | null {
  if (pin.kind === "auto") return redirectByHand ?? deepLink;
  if (pin.kind === "deep_link") return deepLink;
  const port = pin.port ?? portByHand;
  const host = pin.kind === "loopback" ? "127.0.0.1" : "localhost";
  return port === null ? null : `http://${host}:${port}${pin.path ?? CALLBACK_PATH}`;
}
