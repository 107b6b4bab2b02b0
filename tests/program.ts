/**
 * The program that tests start: the compiled one that HNL_MK_BIN names, or else main.ts with all permissions. What is
 * compiled sees a machine at /host-proc, /host-sys and /host-dev only: as root it is started where these are mounted.
 */
import { dirname, fromFileUrl } from "@std/path";

/** Its own file, where it is compiled. */
export const BINARY: string | undefined = Deno.env.get("HNL_MK_BIN");

/**
 * Takes the place of itself, so that signals reach the program, with this machine's files but for what is mounted; the
 * layer in which the three folders are made is gone with the mounts.
 */
const PLACE = `set -e
binary=$0 inherited=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
cd /mnt/root
mkdir -p host-proc host-sys host-dev
for name in proc sys dev; do mount --rbind /$name $name; mount --rbind /$name host-$name; done
for path in /tmp ${dirname(BINARY ?? "/")}; do mkdir -p .$path; mount --rbind $path .$path; done
exec chroot . /usr/bin/env PATH="$inherited" "$binary" "$@"
`;

function program(): [string, ...string[]] {
  if (BINARY === undefined) {
    const main = fromFileUrl(new URL("../main.ts", import.meta.url));
    return [Deno.execPath(), "run", "--quiet", "--allow-all", "--no-prompt", main];
  }
  return Deno.uid() === 0 ? ["/usr/bin/unshare", "-m", "/bin/sh", "-c", PLACE, BINARY] : [BINARY];
}

/** The file that starts it, and the words that come before its arguments. */
export const [PROGRAM, ...PROGRAM_WORDS] = program();

/** Both as a shell takes them. */
export const PROGRAM_COMMAND: string = [PROGRAM, ...PROGRAM_WORDS].map((word) => `'${word}'`).join(" ");
