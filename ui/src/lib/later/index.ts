import { Later } from "./later.svelte";

/** What opens on a click: sheets, settings, trying a tool. */
export const screens = new Later(() => import("./screens"));
