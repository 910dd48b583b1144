/** Does something once what is drawn now has been shown; answers with the way to leave it. */
export function afterPicture(what: () => void): () => void {
  // The next frame begins when this one is on the screen.
  let frame = requestAnimationFrame(() => (frame = requestAnimationFrame(what)));
  return () => cancelAnimationFrame(frame);
}
