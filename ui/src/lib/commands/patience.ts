/** In seconds; a debug build of the app sets it for tests. */
const given: unknown = Reflect.get(window, "drawbridgeHintSeconds");

/** How long a person may take to come back before they are told what may help, in milliseconds. */
export const patience = typeof given === "number" ? given * 1000 : 30_000;
