import { Later } from "./later.svelte";

export { afterPicture } from "./after-picture";

/** What opens on a click: sheets, settings, trying a tool. */
export const screens = new Later(() => import("./screens"));

/** What an empty list shows, which most lists are not. */
export const welcome = new Later(() => import("../components/welcome/Welcome.svelte"));

/** How the sign-in stands: not what a connected server shows first. */
export const connection = new Later(() => import("../components/connection/ConnectionTab.svelte"));

/** What shows Markdown; most answers are none. */
export const markdown = new Later(() => import("../components/tools/result/markdown"));

/** The well-known servers. */
export const catalogue = new Later(() => import("../catalogue"));

/** What draws of a long list only what is in sight. */
export const windowed = new Later(() => import("../components/common/Windowed.svelte"));
