/** A machine whose tools behave as a test says, well or badly: real processes, real files. */
import { fromFileUrl, join } from "@std/path";
import type { Facts } from "../collectors/facts/mod.ts";
import { isThere, writeTool } from "./collectors/host/support.ts";
import { type Entries, makeMachine, nic } from "./collectors/tools/kernel/tree.ts";
import { slowness } from "./load.ts";
import { PROGRAM, PROGRAM_WORDS } from "./program.ts";

export const MAIN = fromFileUrl(new URL("../main.ts", import.meta.url));
export const FIXTURES = fromFileUrl(new URL("./fixtures", import.meta.url));

/** The five that the program asks. */
export type Tool = "dmidecode" | "lshw" | "lscpu" | "lldptool" | "ipmitool";

/** What each tool prints on a healthy machine, by its arguments (patterns of `case`). */
const ANSWERS: Record<Tool, [args: string, output: string][]> = {
  dmidecode: [["*", "cat dmidecode/server.txt"]],
  lshw: [["-json", "cat lshw/full.json"]],
  lscpu: [["--version", "echo lscpu from util-linux 2.38.1"], ["*", "cat lscpu/pipe.json"]],
  lldptool: [["-v", "echo lldptool v1.1"], ["get-tlv*", "cat lldptool/switch.txt"], ["*", "echo adminStatus=rx"]],
  ipmitool: [
    ["-V", "echo ipmitool version 1.8.19"],
    ["mc*", "cat ipmitool/mc-info.txt"],
    ["lan?print?1", "cat ipmitool/lan-print.txt"],
    ["channel*", "cat ipmitool/channel-info.txt"],
    ["fru?print?0", "cat ipmitool/fru-print-0.txt"],
    ["fru*", "cat ipmitool/fru-print.txt"],
    ["sdr*", "cat ipmitool/sdr-info.txt"],
    ["*", "echo Get Channel Info failed >&2; exit 1"],
  ],
};
export const TOOLS = Object.keys(ANSWERS) as Tool[];

/** What may become of a run; `healthy` stands for the healthy run. */
export const BEHAVIOURS = {
  healthy: "healthy",
  hangs: "echo half; exec sleep 1000",
  floods: "exec head -c 1000000000 /dev/zero",
  prints_noise: "exec cat noise",
  dies_half_way: "healthy | head -n 40; kill -SEGV $$",
  fails: "echo it is broken >&2; exit 3",
  prints_nothing: "exit 0",
} as const;
export type Behaviour = keyof typeof BEHAVIOURS;

/** A machine of one disk and one NIC with a BMC. */
export const MACHINE: Entries = {
  "proc/version": "Linux version 6.1.0",
  "proc/cmdline": "quiet BOOTIF=01-52-54-00-12-34-56",
  "proc/cpuinfo": "processor\t: 0\nmodel name\t: A CPU\nmicrocode\t: 0x1",
  "proc/meminfo": "MemTotal:       2030356 kB\nMemAvailable:   1030356 kB",
  "proc/uptime": "100.00 90.00",
  "proc/partitions": "major minor  #blocks  name\n\n   8        0    4194304 sda\n   8        1    4193280 sda1",
  "proc/filesystems": "nodev\tsysfs\n\text4",
  "proc/1/mountinfo": "29 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
  "proc/sys/kernel/hostname": "node7.example.com",
  "proc/sys/kernel/osrelease": "6.1.0-13-amd64",
  "sys/class/dmi/id/product_uuid": "4c4c4544-0058-4b10-8039-b7c04f5a5a32",
  "sys/bus/pci/devices/0000:19:00.0": "-> ../../../devices/pci0000:16/0000:19:00.0",
  "sys/firmware/acpi/tables/FACP": "",
  "sys/block/sda": "-> ../devices/pci0000:00/0000:00:05.0/ata1/host0/target0:0:0/0:0:0:0/block/sda",
  "sys/devices/pci0000:00/0000:00:05.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/size": "8388608",
  "sys/devices/pci0000:00/0000:00:05.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1/size": "8386560",
  ...nic("pci0000:16/0000:19:00.0/net/eth1", {
    address: "52:54:00:12:34:56",
    carrier: "1",
    operstate: "up",
    flags: "0x1003",
  }, { uevent: "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\nPCI_SLOT_NAME=0000:19:00.0" }),
  "dev/ipmi0": "",
};

interface Ended {
  code: number;
  stderr: string;
  elapsedMs: number;
  facts: Facts;
}

/** A place with tools, a machine, and what the tools write down of themselves. */
export interface Place {
  folder: string;
  /** Runs the program there, behind `words`. */
  facts(args: string[], words?: string[]): Promise<Ended>;
  /** Processes of tools that are still there. */
  left(): Promise<string[]>;
}

/** Throws where processes of tools stay: one that was killed takes a moment to be gone. */
export async function assertNoneLeft(place: Place): Promise<void> {
  const deadline = performance.now() + 1_000 * slowness();
  let left = await place.left();
  while (left.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    left = await place.left();
  }
  if (left.length > 0) throw new Error(`still there: ${left.join(" ")}`);
}

/** The program, before its own words. */
export const START = [PROGRAM, ...PROGRAM_WORDS];

/** Runs `test` on the machine with tools that behave as told, healthy where nothing is told. */
export async function withPlace(
  behaviours: Partial<Record<Tool, Behaviour>>,
  test: (place: Place) => Promise<void>,
  machine: Entries = MACHINE,
): Promise<void> {
  await using place = await makeMachine(machine);
  const { folder } = place;
  await Deno.chmod(folder, 0o755);
  const bin = join(folder, "bin"), pids = join(folder, "pids");
  for (const made of [bin, pids]) await Deno.mkdir(made);
  await Deno.chmod(pids, 0o777);
  await Deno.writeFile(join(folder, "noise"), Uint8Array.from({ length: 100_000 }, (_, i) => i * i * 31 >> 3));
  for (const tool of TOOLS) {
    const cases = ANSWERS[tool].map(([args, output]) => `  ${args}) ${output};;`).join("\n");
    const behaviour = BEHAVIOURS[behaviours[tool] ?? "healthy"].replace("cat noise", `cat ${folder}/noise`);
    const script = `: > ${pids}/$$.${tool}\ncd ${FIXTURES}\nhealthy() {\ncase "$args" in\n${cases}\nesac\n}\n`;
    await writeTool(join(bin, tool), `args="$*"\n${script}${behaviour}`);
  }
  const rootsBeside = (args: string[]) =>
    ["proc", "sys", "dev"].filter((root) => !args.includes(`--${root}`)).flatMap((
      root,
    ) => [`--${root}`, join(folder, root)]);
  await test({
    folder,
    facts: async (args, words = []) => {
      const [program, ...rest] = [
        ...words,
        ...START,
        "--once",
        "--raw",
        ...rootsBeside(args),
        "--format",
        "json",
        ...args,
      ];
      const began = performance.now();
      const { code, stdout, stderr } = await new Deno.Command(program!, {
        args: rest,
        env: { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin` },
        stdin: "null",
        signal: AbortSignal.timeout(60_000),
      }).output();
      const elapsedMs = performance.now() - began;
      const said = new TextDecoder().decode(stderr);
      try {
        return { code, stderr: said, elapsedMs, facts: JSON.parse(new TextDecoder().decode(stdout)) };
      } catch (error) {
        throw new Error(`exit code ${code}: ${said}`, { cause: error });
      }
    },
    left: async () => {
      const names = [...Deno.readDirSync(pids)].map(({ name }) => name);
      const there = await Promise.all(names.map((name) => isThere(parseInt(name))));
      return names.filter((_, i) => there[i]);
    },
  });
}
