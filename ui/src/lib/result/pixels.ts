/** As many pixels as the shell takes. */
const MOST = 2 ** 24;

/** Whether a picture has pixels, and not too many of them. */
export function canCopy({ naturalWidth, naturalHeight }: HTMLImageElement): boolean {
  const count = naturalWidth * naturalHeight;
  return count > 0 && count <= MOST;
}

/** What a picture shows: of one that moves, its beginning. */
export function pixelsOf(picture: HTMLImageElement): ImageData {
  const { naturalWidth: width, naturalHeight: height } = picture;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d")!;
  context.drawImage(picture, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
