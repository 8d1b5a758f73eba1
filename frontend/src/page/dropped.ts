/** Files as a person chooses or drops them, with the path that each had on the device. */
export interface Chosen {
  file: File;
  path: string;
}

export interface Dropped {
  files: Chosen[];
  /** Paths that the browser could not read. */
  unread: string[];
}

/** A path as it can be sent: half of a surrogate pair, as a name of Windows may hold, is no character. */
function sendable(path: string): string {
  return path.replace(/\p{Surrogate}/gu, "\u{fffd}");
}

/** A file of a field, by its path below the folder that was chosen. */
export function chosen(file: File): Chosen {
  return { file, path: sendable(file.webkitRelativePath || file.name) };
}

/** All files below what was dropped. What is dropped can be looked at in this very moment alone, its folders later too. */
export async function droppedFiles(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found: Dropped = { files: [], unread: [] };
  for (const entry of entries) await gather(entry, found);
  return found;
}

async function gather(entry: FileSystemEntry, found: Dropped): Promise<void> {
  const waiting = [entry];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const path = sendable(next.fullPath.replace(/^\//, ""));
    try {
      if (isFolder(next)) waiting.unshift(...(await members(next)));
      else found.files.push({ file: await opened(next as FileSystemFileEntry), path });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      found.unread.push(path);
    }
  }
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function opened(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((done, failed) => entry.file(done, failed));
}

/** A folder gives its members in parts, until one is empty. */
async function members(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!part.length) return all;
    all.push(...part);
  }
}
