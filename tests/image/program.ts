/**
 * The program as it runs in the image: the binary that HNL_MK_BIN names, or else main.ts under the binary's permissions;
 * and a place to run it that looks like a container with the host's mounts.
 */
import { dirname, fromFileUrl, join } from "@std/path";
import { PERMISSIONS, V8_FLAGS } from "../../.ci/permissions.ts";
import { BINARY } from "../program.ts";
import { type Ended, run } from "./project.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** For the name of a test: which of the two it tries. */
export const TRIED = BINARY === undefined ? "main.ts under the binary's permissions" : BINARY;

/** The words that start the program; `permissions` other than the binary's are for main.ts only. */
export function program(permissions?: readonly string[]): string[] {
  if (BINARY !== undefined && permissions === undefined) return [BINARY];
  return [Deno.execPath(), "run", "--quiet", V8_FLAGS, ...(permissions ?? PERMISSIONS), join(ROOT, "main.ts")];
}

export interface NodeOptions {
  env?: Record<string, string>;
  /** Shell commands that come first, as root in the place itself. */
  setup?: string;
}

/**
 * Runs `words` where nothing that is written stays: this machine's files with a layer on top, /proc, /sys and /dev bound
 * to /host-proc, /host-sys and /host-dev too, what the image has of folders, and a network without an interface that is up.
 */
export async function runOnNode(words: readonly string[], { env = {}, setup = "" }: NodeOptions = {}): Promise<Ended> {
  const layer = await Deno.makeTempDir();
  const { DENO_DIR = join(Deno.env.get("HOME") ?? "/root", ".cache/deno") } = Deno.env.toObject();
  // Where these lie in file systems of their own, they are not among the machine's files.
  const needed = [ROOT, dirname(Deno.execPath()), DENO_DIR, ...(BINARY === undefined ? [] : [dirname(BINARY)])];
  try {
    const args = ["-m", "-n", "sh", "-c", PLACE, "sh", layer, needed.join("\n"), setup, ...words];
    return await run("unshare", args, { env });
  } finally {
    await Deno.remove(layer, { recursive: true });
  }
}

const PLACE = `set -e
layer=$1 needed=$2 setup=$3
shift 3
mount -t tmpfs tmpfs "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
cd "$layer/root"
mkdir -p host-proc host-sys host-dev etc/hnl_mk usr/local/share/hnl_mk/sysroot
ln -s /host-proc usr/local/share/hnl_mk/sysroot/proc
ln -s /host-sys usr/local/share/hnl_mk/sysroot/sys
for name in proc sys dev; do
  mount --rbind "/$name" "$name"
  mount --rbind "/$name" "host-$name"
done
printf '%s\\n' "$needed" | while read -r path; do mount --rbind "$path" ".$path"; done
exec chroot . sh -c 'cd /tmp && eval "$0" && exec "$@"' "$setup" "$@"
`;

/** Why `runOnNode` does not work on this machine; undefined where it does. */
export async function whyNoNode(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "only root can make mounts";
  const { code, stderr } = await runOnNode(["true"]).catch((error) => ({ code: 1, stderr: String(error) }));
  return code === 0 ? undefined : stderr.trim().split("\n").at(-1);
}
