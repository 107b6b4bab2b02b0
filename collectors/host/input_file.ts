/**
 * Files for tools to read, which live as long as the tool. They lie in a folder of their own, so that those of a run
 * that was killed are found again without a look at all that others have in the temporary folder.
 */
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";

/** No tool runs that long: what is older belongs to no run. */
const LEFT_BEHIND_MS = 10 * 60 * 1000;

/** Calls `use` with the path of a new file that holds `content`, for this user alone; removes it afterwards. */
export async function withInputFile<T>(
  tempFolder: string,
  content: Uint8Array,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = await write(tempFolder, content);
  try {
    return await use(path);
  } finally {
    await Deno.remove(path).catch(() => {});
    // Fails where another run has a file in it.
    if (dirname(path) !== tempFolder) await Deno.remove(dirname(path)).catch(() => {});
  }
}

/** Removes the files that killed runs have left. Never throws. */
export async function removeLeftFiles(tempFolder: string): Promise<void> {
  const folder = folderIn(tempFolder);
  if (folder === undefined) return;
  try {
    if (!await isOurs(folder)) return;
    for await (const { name } of Deno.readDir(folder)) {
      const { mtime } = await Deno.lstat(join(folder, name));
      if (mtime === null || Date.now() - mtime.getTime() > LEFT_BEHIND_MS) await Deno.remove(join(folder, name));
    }
    await Deno.remove(folder);
  } catch {
    // There is none, as usual; or another run uses it.
  }
}

/** The folder for this user's files; undefined where this program may not know whose they are. */
function folderIn(tempFolder: string): string | undefined {
  if (Deno.permissions.querySync({ name: "sys", kind: "uid" }).state !== "granted") return undefined;
  return join(tempFolder, `hnl_mk-input-${Deno.uid()}`);
}

/** Whether there is a folder that nobody else can have a hand in: no link, and made by this user. */
async function isOurs(folder: string): Promise<boolean> {
  const { isDirectory, uid, mode } = await Deno.lstat(folder);
  return isDirectory && uid === Deno.uid() && (mode! & 0o077) === 0;
}

async function write(tempFolder: string, content: Uint8Array): Promise<string> {
  const folder = folderIn(tempFolder);
  const name = `hnl_mk-${crypto.randomUUID()}`;
  // Made and written by one name looked up once: by a second look it might be a link that somebody has put there.
  const writeAt = (path: string) => Deno.writeFile(path, content, { createNew: true, mode: 0o600 }).then(() => path);
  for (let attempts = 0; folder !== undefined && attempts < 3; attempts++) {
    try {
      await Deno.mkdir(folder, { mode: 0o700 }).catch(() => {});
      if (await isOurs(folder)) return await writeAt(join(folder, name));
      break;
    } catch {
      // Another run has just removed it.
    }
  }
  // Somebody else has taken its name: a killed run would leave this file.
  return await writeAt(join(tempFolder, name));
}
