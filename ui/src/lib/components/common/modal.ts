import type { Layer, View } from "../../state/view.svelte";

/**
 * The element itself keeps focus inside and closes on Escape. It gives focus back only when it closes
 * in the document, and here it is taken out: so that is done by hand.
 */
export function modal(dialog: HTMLDialogElement, view: View, layer: Layer): () => void {
  const opener = document.activeElement;
  dialog.showModal();
  view.layers.add(layer);
  return () => {
    view.layers.delete(layer);
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  };
}
