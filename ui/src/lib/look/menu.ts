const FIELDS = "textarea, [contenteditable], input:not([type=checkbox], [type=radio])";

/** The menu of a web page loads it anew, and what was typed is lost; the one that copies and pastes stays. */
export function withoutMenu(event: MouseEvent): void {
  if (!(event.target as Element).closest(FIELDS) && !isSelected(event)) event.preventDefault();
}

/** Beside what is selected, it would be the menu of a page again. */
function isSelected({ clientX: x, clientY: y }: MouseEvent): boolean {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return false;
  const within = ({ left, right, top, bottom }: DOMRect) => x >= left && x <= right && y >= top && y <= bottom;
  return [...selection.getRangeAt(0).getClientRects()].some(within);
}
