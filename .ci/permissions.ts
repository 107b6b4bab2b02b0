/** What the compiled program is allowed, for its life: everything that it needs, by name, and nothing besides. */
import { READ_PATHS, UNREADABLE_PATHS, WRITE_FOLDERS } from "../checkin/cli/permitted.ts";
import { PROXY_VARIABLES } from "../checkin/proxy.ts";

/** The five tools, and the daemon that lldptool asks. */
const TOOLS = ["dmidecode", "lshw", "lscpu", "lldptool", "ipmitool", "lldpad"];

/**
 * The flags of `deno compile`, and of `deno run` where a test stands in for the binary. The network has no names: the
 * configuration says where the server is. PATH is where tools are looked for; TERM says whether the terminal has colours;
 * the proxy variables are named where a request fails. The network interfaces' addresses and the user's number (what
 * others wrote is not believed) are system calls.
 */
export const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  `--allow-run=${TOOLS.join(",")}`,
  `--allow-read=${READ_PATHS.join(",")}`,
  `--deny-read=${UNREADABLE_PATHS.join(",")}`,
  `--allow-write=${WRITE_FOLDERS.join(",")}`,
  "--allow-net",
  `--allow-env=${["PATH", "TERM", ...PROXY_VARIABLES].join(",")}`,
  "--allow-sys=networkInterfaces,uid",
  // Neither code from elsewhere nor native libraries.
  "--deny-import",
  "--deny-ffi",
];

/**
 * Flags of V8 that keep the daemon small: between two check-ins it does nothing, and with the default the heap grows to
 * what a collection needs at its worst, and stays there. The young generation is at most 2 MiB.
 */
export const V8_FLAGS = "--v8-flags=--optimize-for-size,--max-semi-space-size=2";
