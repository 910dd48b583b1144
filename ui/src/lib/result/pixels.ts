import type { ErrorView } from "../bindings/ErrorView";

/** As many pixels as the shell takes. */
const MOST = 2 ** 24;

const NOT_COPIED: ErrorView = {
  code: "picture_not_copied",
  message: "The picture could not be copied.",
  remedy: "Save it to your downloads instead.",
};

/** Whether a picture has pixels, and not too many of them. */
export function canCopy({ naturalWidth, naturalHeight }: HTMLImageElement): boolean {
  const count = naturalWidth * naturalHeight;
  return count > 0 && count <= MOST;
}

/** What a picture shows: of one that moves, its beginning. An older WebKit lets nobody see the pixels of some drawings. */
export function pixelsOf(picture: HTMLImageElement): ImageData {
  const { naturalWidth: width, naturalHeight: height } = picture;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d")!;
  try {
    context.drawImage(picture, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } catch {
    throw NOT_COPIED;
  }
}
