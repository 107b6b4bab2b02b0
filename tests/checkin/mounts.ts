/** Folders that take no more writes: real ones, where this process may mount. */
import { join } from "@std/path";

async function run(...argv: string[]): Promise<boolean> {
  try {
    const options = { args: argv.slice(1), stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(argv[0]!, options).output()).success;
  } catch {
    return false;
  }
}

/** Whether mounts are allowed; tests that need them are skipped elsewhere. */
export const canMount: boolean = await (async () => {
  const folder = await Deno.makeTempDir();
  const mounted = await run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder);
  if (mounted) await run("umount", folder);
  await Deno.remove(folder);
  return mounted;
})();

if (!canMount) console.log("mounts are not allowed here: nothing is tested in full and read-only folders");

/** Runs `test` with a small folder of its own, and a function that fills it up. */
export async function withSmallFolder(
  test: (folder: string, fill: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-small-" });
  if (!await run("mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "tmpfs", folder)) throw new Error("cannot mount");
  try {
    await test(folder, async () => {
      for (const size of [4096, 1]) {
        for (let i = 0;; i++) {
          try {
            await Deno.writeFile(join(folder, `filler-${size}-${i}`), new Uint8Array(size));
          } catch {
            break;
          }
        }
      }
    });
  } finally {
    await run("umount", folder);
    await Deno.remove(folder);
  }
}

/** Runs `test` with `folder` seen through a read-only mount. */
export async function withReadOnly(folder: string, test: (readOnly: string) => Promise<void>): Promise<void> {
  const readOnly = await Deno.makeTempDir({ prefix: "hnl_mk-read-only-" });
  const mounted = await run("mount", "--bind", folder, readOnly) &&
    await run("mount", "-o", "remount,ro,bind", readOnly);
  try {
    if (!mounted) throw new Error("cannot mount");
    await test(readOnly);
  } finally {
    await run("umount", readOnly);
    await Deno.remove(readOnly);
  }
}
