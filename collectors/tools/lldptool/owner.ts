/**
 * Who answers as lldpad. It listens at an abstract socket, a name without permissions that any local user can take first
 * (unix(7)), and what it then tells as the switch would be believed.
 */
import { type Host, isUnknown, mapRead, readText, valueOf } from "../../host/mod.ts";
import { lldptool } from "./ask.ts";

const SOCKETS = "/proc/net/unix";
/** A line of it: "0000000000000000: 00000002 00000000 00000000 0002 03 12345 @/com/intel/lldpad" (proc_net_unix). */
const LLDPAD_SOCKET = /^(?:\S+ +){6}(\d+) @\/com\/intel\/lldpad$/gm;
/** lldpad has 20 and a few for each NIC. */
const MOST_DESCRIPTORS = 1_000;

/**
 * What there is to say of the lldpad that has just answered; undefined where root runs it, and where the kernel shows no
 * such socket (another network namespace, a recording without it). Its process number is its own word, but the
 * kernel's is whose process that is and which sockets it holds. `isOurs`: this program started one, which cannot run
 * beside another; only the kernel's word counts against it. Of several lines with the name all but one are made up, in the
 * name of another socket, which may hold the end of a line: then nothing is known.
 */
export async function noteOnOwner(host: Host, isOurs: boolean, signal?: AbortSignal): Promise<string | undefined> {
  const sockets = await readText(host, SOCKETS);
  const [inode, ...more] = [...(valueOf(sockets) ?? "").matchAll(LLDPAD_SOCKET)].map(([, inode]) => inode!);
  if (inode === undefined && !isUnknown(sockets)) return undefined;
  const pid = /^\s*(\d{1,10})\s*$/.exec((await lldptool(host, ["-p"], signal)).stdout)?.[1];
  const isTelling = pid !== undefined && inode !== undefined && more.length === 0;
  const uid = isTelling ? await holderOf(host, `/proc/${pid}`, inode) : undefined;
  if (uid === 0 || (uid === undefined && isOurs)) return undefined;
  return `an lldpad not started by hnl_mk answers, ${uid === undefined ? "whose is not known" : `run by user ${uid}`}`;
}

/** The effective user of the process, where it holds this socket. */
async function holderOf(host: Host, folder: string, inode: string): Promise<number | undefined> {
  const descriptors = valueOf(await host.list(`${folder}/fd`)) ?? [];
  const targets = await Promise.all(
    descriptors.slice(0, MOST_DESCRIPTORS).map(({ name }) => host.link(`${folder}/fd/${name}`)),
  );
  if (!targets.some((target) => valueOf(target) === `socket:[${inode}]`)) return undefined;
  // "Uid:" and the real, effective, saved and file system's user (proc_pid_status(5)).
  const uid = mapRead(await readText(host, `${folder}/status`), (text) => /^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1]);
  const effective = valueOf(uid);
  return effective === undefined ? undefined : Number(effective);
}
