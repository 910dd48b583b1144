/** The kinds of pictures and sounds that the shell has an ending for. */
const KEPT = /^\s*(image\/(png|jpe?g|gif|webp|avif|bmp|svg\+xml)|audio\/(mpeg|mp3|(x-)?wav|ogg|flac|mp4|aac|webm))\s*(;|$)/i;

/** Whether what its server calls this can be kept as a file. */
export function canKeep(mimeType: string): boolean {
  return KEPT.test(mimeType);
}
