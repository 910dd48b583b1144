/** What a drop carries, files or a text; happy-dom lets nobody make one. */
export function carrying(files: File[], text = "") {
  const types = files.length ? ["Files"] : ["text/plain"];
  return { types, files, getData: () => text, dropEffect: "none" } as unknown as DataTransfer;
}

export function drag(kind: string, dataTransfer: DataTransfer, target: EventTarget = document.body) {
  const event = new Event(kind, { bubbles: true, cancelable: true });
  target.dispatchEvent(Object.assign(event, { dataTransfer, relatedTarget: null }));
  return event;
}

export function paste(text: string, target: EventTarget = document.body) {
  const clipboardData = { getData: () => text };
  const event = new Event("paste", { bubbles: true, cancelable: true });
  target.dispatchEvent(Object.assign(event, { clipboardData }));
  return event;
}
