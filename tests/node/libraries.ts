/** What programs are linked to. */

import { run, which } from "./command.ts";

/** The libraries that a program of this machine is linked to, and its loader: paths as the loader looks for them. */
export async function librariesOf(program: string): Promise<string[]> {
  try {
    return librariesIn(await run("ldd", [program]));
  } catch {
    return []; // "not a dynamic executable"
  }
}

/** The paths in what ldd, or a loader with --list, prints (ld.so(8)). */
export function librariesIn(listing: string): string[] {
  return [...listing.matchAll(/^\t(?:\S+ => )?(\/\S+)/gm)].map(([, path = ""]) => path);
}

/** The path of busybox where it needs no library, as an initramfs wants it. */
export async function staticBusybox(): Promise<string | undefined> {
  const path = await which("busybox");
  return path && (await librariesOf(path)).length === 0 ? path : undefined;
}
