/** The rules on what sources say: trees of the kernel's, and outputs of ipmitool. */
import { assertEquals } from "@std/assert";
import { findings } from "../../../../collectors/judge/findings/mod.ts";
import { parseChassisStatus, parseLanPrint, parseUserList } from "../../../../collectors/tools/ipmitool/mod.ts";
import type { Bmc } from "../../../../collectors/tools/ipmitool/types.ts";
import { filesIn, read } from "../../../corpus/corpus.ts";
import { assembled, ok, uncheckedFactsOf } from "../../facts/assembled.ts";
import { bytes, disk, type Entries, hostFsOf, nic, pciDevice } from "../../tools/kernel/tree.ts";

const ROOT_PORT = "pci0000:3a/0000:3a:00.0", CARD = `${ROOT_PORT}/0000:3b:00.0`;

/** What may be wrong with the machine below. */
interface Trouble {
  lanes?: string;
  speed?: string;
  mac?: string;
  readOnly?: string;
  corrected?: string;
  uncorrected?: string;
  setupMode?: 0 | 1;
  tainted?: string;
  rtc?: string;
  size?: string;
}

/** A machine with a card behind a port, two ports, two disks, a memory controller, a clock and UEFI. */
function machine(trouble: Trouble = {}): Entries {
  const { lanes = "8", speed = "8.0 GT/s PCIe", mac = "b0:83:fe:d0:00:02", readOnly = "0", corrected = "0" } = trouble;
  const { uncorrected = "0", setupMode = 0, tainted = "0", rtc = "1795817169", size = "1875385008" } = trouble;
  const uevent = (classCode: string, id: string) => `PCI_CLASS=${classCode}\nPCI_ID=${id}`;
  const port = (path: string, address: string) =>
    nic(path, { address, addr_assign_type: "0", operstate: "up", carrier: "1" });
  const ssd = (name: string, target: number, size: string, ro: string) =>
    disk(`pci0000:00/0000:00:17.0/ata${target}/host${target}/target${target}:0:0/${target}:0:0:0/block/${name}`, {
      ...{ size, ro, removable: "0", "queue/rotational": "0" },
    }, { vendor: "ATA", model: "SAMSUNG MZ7LH960", vpd_pg80: bytes(`\0\x80\0\x04S00${target}`) });
  const variable = (name: string, value: number) => ({
    [`sys/firmware/efi/efivars/${name}-8be4df61-93ca-11d2-aa0d-00e098032b8c`]: new Uint8Array([6, 0, 0, 0, value]),
  });
  const MC = "sys/devices/system/edac/mc/mc0";
  return {
    ...pciDevice(ROOT_PORT, {
      uevent: uevent("60400", "8086:2030"),
      ...{
        max_link_width: "16",
        max_link_speed: "8.0 GT/s PCIe",
        current_link_width: lanes,
        current_link_speed: speed,
      },
    }),
    ...pciDevice(CARD, {
      uevent: uevent("20000", "15B3:101D"),
      ...{
        max_link_width: "8",
        max_link_speed: "16.0 GT/s PCIe",
        current_link_width: lanes,
        current_link_speed: speed,
      },
    }),
    ...port(`${CARD}/net/eth0`, "b0:83:fe:d0:00:01"),
    ...port(`${CARD}/net/eth1`, mac),
    ...ssd("sda", 1, "1875385008", "0"),
    ...ssd("sdb", 2, size, readOnly),
    "sys/class/scsi_host/host1/proc_name": "ahci",
    "sys/class/scsi_host/host2/proc_name": "ahci",
    [`${MC}/mc_name`]: "Skylake Socket#0 IMC#0",
    [`${MC}/ce_noinfo_count`]: corrected,
    [`${MC}/ue_noinfo_count`]: uncorrected,
    ...variable("SecureBoot", 0),
    ...variable("SetupMode", setupMode),
    "proc/sys/kernel/tainted": tainted,
    "sys/class/rtc/rtc0/name": "rtc_cmos rtc_cmos",
    "sys/class/rtc/rtc0/since_epoch": rtc,
    "proc/stat": "btime 1795810935",
    "proc/uptime": "6234.93 1685.00",
  };
}

async function found(trouble?: Trouble): Promise<string[]> {
  const facts = assembled({ hostfs: await hostFsOf(machine(trouble)) });
  return findings(facts).map(({ id, path }) => `${id} ${path}`);
}

Deno.test("findings() finds in the kernel's files what is wrong, and nothing in those of a good machine", async () => {
  assertEquals(await found(), []);
  const cases: [Trouble, string[]][] = [
    [{ lanes: "4" }, ["pcie-link pci[0000:3b:00.0].linkWidth"]],
    [{ speed: "2.5 GT/s PCIe" }, ["pcie-link pci[0000:3b:00.0].linkSpeed"]],
    [{ mac: "b0:83:fe:d0:00:01" }, ["nic-shared-mac nics[eth1].permanentMac"]],
    [{ readOnly: "1" }, ["disk-read-only disks[sdb].readOnly"]],
    [{ size: "937703088" }, ["disk-size disks[sdb].sizeBytes"]],
    [{ corrected: "3" }, ["ecc-corrected memory.edac[0].correctedErrors"]],
    [{ uncorrected: "1" }, ["ecc-uncorrected memory.edac[0].uncorrectedErrors"]],
    [{ setupMode: 1 }, ["secure-boot-setup firmware.secureBoot"]],
    // Bit 4: a machine check; bit 12: a module from outside the kernel's tree.
    [{ tainted: String(2 ** 4 + 2 ** 12) }, ["machine-check os.machineCheck"]],
    [{ tainted: String(2 ** 12) }, []],
    [{ rtc: "946684800" }, ["clock clock.rtcOffsetSeconds"]],
  ];
  for (const [trouble, expected] of cases) assertEquals(await found(trouble), expected, JSON.stringify(trouble));
});

/** What is found on a BMC of which ipmitool said that. */
function foundOn(value: Bmc): string[] {
  return findings(uncheckedFactsOf({ ipmitool: ok(value) })).map(({ id }) => id);
}

const isThere = filesIn("ipmitool").length > 0;

Deno.test({ name: "findings() of real BMCs are those that are there", ignore: !isThere }, () => {
  const withoutAddress = filesIn("ipmitool", (name) => /lan-print.*\.txt$/.test(name) && !/stderr/.test(name))
    .filter((file) => {
      const { fields: _, ...channel } = parseLanPrint(read(file)).value;
      return foundOn({ channels: [{ number: 1, ...channel }] }).includes("bmc-address");
    });
  assertEquals(withoutAddress.filter((file) => !/0\.0\.0\.0/.test(read(file))), []);
  assertEquals(withoutAddress.map((file) => file.replace("ipmitool/", "")), [
    ...["lab-sim-d-lan-print.txt", "lan-print-intel-sample1.txt", "lan-print-openbmc-broken-lines.txt"],
  ]);
  const users = (text: string) => foundOn({ users: parseUserList(text).value });
  assertEquals(users(read("ipmitool", "user-list-12-users.txt")), ["bmc-factory-users"]);
  const status = read("ipmitool", "asus-esc8000a-chassis-status.txt");
  const chassis = (text: string) => foundOn({ chassis: parseChassisStatus(text).value });
  assertEquals(chassis(status), []);
  assertEquals(chassis(status.replace(/(Drive Fault +): false/, "$1: true")), ["chassis-fault"]);
});
