import type { UpdateWork } from "../../backend/update";
import { t } from "../../text/later";

/** What is being done, where something is. */
export function workWords(work: UpdateWork): string | null {
  switch (work.kind) {
    case "idle":
      return null;
    case "downloading":
      return t.updates.downloading(work.percent);
    default:
      return t.updates.work[work.kind];
  }
}
