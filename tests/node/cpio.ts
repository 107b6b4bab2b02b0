/** Archives in the kernel's initramfs format (cpio "newc": Documentation/driver-api/early-userspace/buffer-format.rst). */

/** What stands at one path of the archive. A file's bytes are given, or read from the path `from`. */
export type Entry =
  | { kind: "folder" }
  | { kind: "file"; mode: number; bytes: Uint8Array }
  | { kind: "file"; mode: number; from: string }
  | { kind: "link"; target: string };

/**
 * Writes `entries` (absolute paths) to the archive `path`, folders above them made as needed. The kernel unpacks
 * several archives in one file one after the other, so a second one can be appended to the first.
 */
export async function writeCpio(path: string, entries: ReadonlyMap<string, Entry>): Promise<void> {
  using archive = await Deno.open(path, { write: true, create: true, truncate: true });
  const writer = archive.writable.getWriter();
  let inode = 0;
  const write = async (name: string, mode: number, bytes: Uint8Array) => {
    inode++;
    await writer.write(header(name, inode, mode, bytes.length));
    await writer.write(bytes);
    await writer.write(new Uint8Array(-bytes.length & 3));
  };
  for (const [name, entry] of [...withParents(entries)].sort(([a], [b]) => a < b ? -1 : 1)) {
    const relative = name.slice(1);
    if (entry.kind === "folder") await write(relative, 0o040755, new Uint8Array());
    else if (entry.kind === "link") await write(relative, 0o120777, new TextEncoder().encode(entry.target));
    else await write(relative, 0o100000 | entry.mode, "bytes" in entry ? entry.bytes : await Deno.readFile(entry.from));
  }
  await write("TRAILER!!!", 0, new Uint8Array());
  await writer.close();
}

function withParents(entries: ReadonlyMap<string, Entry>): Map<string, Entry> {
  const all = new Map(entries);
  for (const name of entries.keys()) {
    for (let end = name.lastIndexOf("/"); end > 0; end = name.lastIndexOf("/", end - 1)) {
      const parent = name.slice(0, end);
      if (!all.has(parent)) all.set(parent, { kind: "folder" });
    }
  }
  return all;
}

/** Thirteen numbers of eight hex digits behind the magic, then the name with its NUL, padded to four bytes. */
function header(name: string, inode: number, mode: number, size: number): Uint8Array {
  const encoded = new TextEncoder().encode(name + "\0");
  const numbers = [inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, encoded.length, 0];
  const fixed = "070701" + numbers.map((number) => number.toString(16).padStart(8, "0")).join("");
  const bytes = new Uint8Array((fixed.length + encoded.length + 3) & ~3);
  bytes.set(new TextEncoder().encode(fixed));
  bytes.set(encoded, fixed.length);
  return bytes;
}
