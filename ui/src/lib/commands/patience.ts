import type { Authorization } from "../bindings/Authorization";

/** When each sign-in began to wait for the person, by server, as far as that was seen. */
export const waitingSince = new Map<string, number>();

export function isWaiting(authorization: Authorization): boolean {
  return authorization.state === "signing_in" && authorization.step === "waiting_for_person";
}

/** In seconds; a debug build of the app sets it for tests. */
const given: unknown = Reflect.get(window, "drawbridgeHintSeconds");

/** How long a person may take to come back before they are told what may help, in milliseconds. */
export const patience = typeof given === "number" ? given * 1000 : 30_000;
