/**
 * The element itself keeps focus inside and closes on Escape. It gives focus back only when it closes
 * in the document, and here it is taken out: so that is done by hand.
 */
export function modal(dialog: HTMLDialogElement): () => void {
  const opener = document.activeElement;
  dialog.showModal();
  return () => {
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  };
}
