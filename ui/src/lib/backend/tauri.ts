// The only file that may import @tauri-apps/*.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Event } from "../bindings/Event";
import type { ToolView } from "../bindings/ToolView";
import type { Backend, Trouble } from "./backend";
import type { UpdateStanding } from "./update";

const EVENT = "drawbridge://event";
const TROUBLE = "drawbridge://trouble";
const RELOAD = "drawbridge://reload";
const SHOW = "drawbridge://show";
const UPDATE = "drawbridge://update";

export const tauri: Backend = {
  listen: async (hear, missed, troubled) => {
    const stops = await Promise.all([
      listen<Event>(EVENT, ({ payload }) => hear(payload)),
      listen(RELOAD, missed),
      listen<Trouble>(TROUBLE, ({ payload }) => troubled(payload)),
    ]);
    return () => stops.forEach((stop) => stop());
  },

  summoned: (to) => listen<{ server: string | null }>(SHOW, ({ payload }) => to(payload.server)),

  snapshot: () => invoke("plugin:servers|snapshot"),
  detect: (url) => invoke("plugin:servers|detect", { url }),
  add: (server) => invoke("plugin:servers|add", { server }),
  change: (id, change) => invoke("plugin:servers|change", { id, change }),
  remove: (id) => invoke("plugin:servers|remove", { id }),
  move: (id, to) => invoke("plugin:servers|move", { id, to }),
  forgetSetAside: () => invoke("plugin:servers|forget_set_aside"),

  connect: (id) => invoke("plugin:sign-in|connect", { id }),
  signInAgain: (id) => invoke("plugin:sign-in|sign_in_again", { id }),
  cancel: (id) => invoke("plugin:sign-in|cancel", { id }),
  showWindow: (id) => invoke("plugin:sign-in|show_window", { id }),
  handOver: (id) => invoke("plugin:sign-in|hand_over", { id }),
  registerAgain: (id) => invoke("plugin:sign-in|register_again", { id }),
  declineAccess: (id) => invoke("plugin:sign-in|decline_access", { id }),
  copyLink: (id) => invoke("plugin:sign-in|copy_link", { id }),
  pasteCallback: (id, text) => invoke("plugin:sign-in|paste_callback", { id, text }),
  signOut: (id) => invoke("plugin:sign-in|sign_out", { id }),

  tools: (id) => toolsIn(invoke("plugin:tools|list", { id })),
  refreshTools: (id) => toolsIn(invoke("plugin:tools|refresh", { id })),
  call: (id, call, tool, json) => invoke("plugin:tools|call", { id, call, tool, arguments: json }),
  cancelCall: (call) => invoke("plugin:tools|cancel_call", { call }),
  save: (tool, mimeType, data) => invoke("plugin:tools|save", { tool, mimeType, data }),
  copyPicture: ({ width, height, data }) =>
    invoke("plugin:tools|copy_picture", new Uint8Array(data.buffer), { headers: { width: `${width}`, height: `${height}` } }),

  answerQuestion: (id, answer) => invoke("plugin:questions|answer", { id, answer }),
  openQuestionPage: (id) => invoke("plugin:questions|open_page", { id }),
  findConfigs: () => invoke("plugin:import|find"),
  previewImport: (text) => invoke("plugin:import|preview", { text }),
  importPicked: (source, picks) => invoke("plugin:import|add", { source, picks }),
  searchRegistry: (query, cursor) => invoke("plugin:registry|search", { query, cursor }),
  openCatalogueLink: (server, link) => invoke("plugin:catalogue|open_link", { server, link }),

  activity: (id) => invoke("plugin:activity|list", { id }),
  copyReport: (id) => invoke("plugin:activity|copy_report", { id }),

  setPreferences: (preferences) => invoke("plugin:preferences|set_preferences", { preferences }),

  surroundings: () => invoke("plugin:desktop|surroundings"),
  setStartAtLogin: (on) => invoke("plugin:desktop|set_start_at_login", { on }),
  exportAll: () => invoke("plugin:desktop|export_all"),
  showDownload: (path) => invoke("plugin:desktop|show_download", { path }),
  deleteAll: () => invoke("plugin:desktop|delete_all"),
  quit: () => invoke("plugin:desktop|quit"),

  listenToUpdates: (hear) => listen<UpdateStanding>(UPDATE, ({ payload }) => hear(payload)),
  update: (what) => invoke(`plugin:updates|${what}`),

  retryVault: () => invoke("plugin:vault|retry"),
  useKeyFile: () => invoke("plugin:vault|use_key_file"),
  replaceLostKey: () => invoke("plugin:vault|replace_lost_key"),
};

/** They come as text, since the numbers of a schema may be long; what reads those comes meanwhile. */
async function toolsIn(coming: Promise<string>): Promise<ToolView[]> {
  const [json, { readJson }] = await Promise.all([coming, import("../schema/exact")]);
  return readJson(json) as ToolView[];
}
