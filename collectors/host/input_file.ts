/** Files for tools to read, which live as long as the tool. */
import { join } from "@std/path/join";
import { createTemporary } from "./temporary.ts";

/**
 * Calls `use` with the path of a new file that holds `content`, for this user alone, and removes it afterwards. Throws
 * what opening, writing and `use` throw.
 */
export async function withInputFile<T>(
  tempFolder: string,
  content: Uint8Array,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const { path, file } = createTemporary(join(tempFolder, "hnl_mk-input"));
  try {
    // Written through the file that was opened: by now its name might be a link that somebody has put there.
    for (let written = 0; written < content.length;) written += await file.write(content.subarray(written));
    // Open, and so locked, while the tool reads: another run leaves it alone.
    return await use(path);
  } finally {
    file.close();
    await Deno.remove(path).catch(() => {});
  }
}
