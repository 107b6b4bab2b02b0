/** A recorded node of the corpus's qemu folder as a recording that can be replayed. */
import { join } from "@std/path";
import type { CommandEntry } from "../../collectors/host/bundle.ts";

/** What the files of such a folder hold, by the argv that the collectors use. */
const COMMANDS: Readonly<Record<string, string>> = {
  "dmidecode": "dmidecode.txt",
  "lshw -json": "lshw.json",
  "lscpu -J --sysroot /": "lscpu.json",
  "lscpu -J": "lscpu.json",
  "ipmitool mc info": "ipmi-mc-info.txt",
  "ipmitool lan print 1": "ipmi-lan-print-1.txt",
  "ipmitool lan print 2": "ipmi-lan-print-2.txt",
  "ipmitool fru print 0": "ipmi-fru.txt",
  "lldptool get-tlv -n -i eth0": "lldptool-get-tlv-n-eth0.txt",
  "lldptool get-tlv -n -i eth1": "lldptool-get-tlv-n-eth1.txt",
  "lldptool get-tlv -n -i eth2": "lldptool-get-tlv-n-eth2.txt",
};

const FILES: Readonly<Record<string, string>> = {
  "proc/cpuinfo": "proc-cpuinfo.txt",
  "proc/meminfo": "proc-meminfo.txt",
  "proc/uptime": "proc-uptime.txt",
};

/** Lays the recording of the node in `from` into the empty folder `to`. What was not recorded is not there. */
export async function layBundle(from: string, to: string): Promise<void> {
  const copy = async (file: string, as = file) => {
    try {
      await Deno.mkdir(join(to, as, ".."), { recursive: true });
      await Deno.copyFile(join(from, file), join(to, as));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  };
  const entries: CommandEntry[] = [];
  for (const [argv, file] of Object.entries(COMMANDS)) {
    if (!await copy(file)) continue;
    // Only what failed has words on stderr beside it.
    const failed = await copy(`${file}.err`);
    entries.push({ argv, stdout: file, ...(failed ? { code: 1, stderr: `${file}.err` } : {}) });
  }
  await Deno.writeTextFile(join(to, "commands.json"), JSON.stringify(entries));
  for (const [path, file] of Object.entries(FILES)) await copy(file, path);
  for (const { ifname, address, mtu, operstate } of await links(from)) {
    const folder = join(to, "sys/class/net", ifname);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(join(folder, "address"), address);
    await Deno.writeTextFile(join(folder, "mtu"), String(mtu));
    await Deno.writeTextFile(join(folder, "operstate"), operstate.toLowerCase());
    if (ifname !== "lo") await Deno.symlink("../device", join(folder, "device"));
  }
}

interface Link {
  ifname: string;
  address: string;
  mtu: number;
  operstate: string;
}

/** /sys was not recorded: what `ip link` says of it has to do. */
async function links(from: string): Promise<Link[]> {
  return JSON.parse(await Deno.readTextFile(join(from, "ip-link.json")));
}
