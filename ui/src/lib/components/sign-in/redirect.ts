import type { RedirectPin } from "../../bindings/RedirectPin";

/** The address to register by hand for a pin; the engine makes its own and asks nobody here. */
export function redirectUri(pin: RedirectPin, deepLink: string): string {
  const port = "port" in pin && pin.port ? `:${pin.port}` : "";
  if (pin.kind === "loopback") return `http://127.0.0.1${port}/callback`;
  if (pin.kind === "localhost") return `http://localhost${port}/callback`;
  return deepLink;
}
