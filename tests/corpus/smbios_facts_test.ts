/** What real SMBIOS tables say beyond the machine, its CPUs and its memory, and what is made of it. */
import { assert, assertEquals } from "@std/assert";
import { basename } from "@std/path";
import { type DmiStructure, parseDmidecode } from "../../collectors/tools/dmidecode/mod.ts";
import type { Facts } from "../../collectors/facts/mod.ts";
import { factsOf, ok } from "../collectors/facts/assembled.ts";
import { filesIn, read } from "./corpus.ts";

const files = filesIn("dmidecode", (name) => name.endsWith(".txt") && !name.endsWith("-opts-system-uuid.txt"));
const ignore = files.length === 0;

interface Read {
  name: string;
  text: string;
  structures: DmiStructure[];
  facts: Facts;
}

function readFile(file: string): Read {
  const text = read(file), { value } = parseDmidecode(text);
  return { name: basename(file), text, structures: value.structures, facts: factsOf({ dmidecode: ok(value) }) };
}

const machine = (name: string) => readFile(`dmidecode/${name}.txt`).facts;

Deno.test({ name: "chassis: where real blades and boards say that they sit", ignore }, () => {
  const { location, rack, enclosure, bay } = machine("netbox-agent-hp-bl460c-gen9").chassis!;
  assertEquals([location, rack, bay], [
    "rack Bay-D22, enclosure blade-D22-DC3, bay 1",
    "Bay-D22",
    "1",
  ]);
  assertEquals(enclosure, {
    name: "blade-D22-DC3",
    model: "BladeSystem c7000 Enclosure G2",
    serialNumber: "CZ3332KYYD",
    bayCount: 16,
    filledBayCount: 1,
  });
  // Not decoded by the dmidecode that printed it.
  const undecoded = machine("netbox-agent-hp-bl460c-gen10").chassis!;
  assertEquals([undecoded.location, undecoded.rack, undecoded.bay], ["Chassis Bay Number: 7", "Z04b", "7"]);
  assertEquals(undecoded.enclosure, {
    name: "blade-z04b",
    model: "BladeSystem c7000 Enclosure G3",
    serialNumber: "CZ290401XS",
    bayCount: 16,
    filledBayCount: 1,
  });
  // "UnnamedRack" is none.
  const unnamed = machine("linuxhw-server-hpe-proliant-bl460c-gen10").chassis!;
  assertEquals([unnamed.rack, unnamed.bay], [undefined, "12"]);
  // Another maker's type 204.
  assertEquals(machine("linuxhw-server-cisco-systems-ucsc-c240-m4l").chassis?.enclosure, undefined);
});

Deno.test({ name: "managementHosts: Redfish over IP as real firmware has it", ignore }, () => {
  assertEquals(machine("linuxhw-server-lenovo-thinksystem-sr650-v2").managementHosts?.[0], {
    interfaceType: "Network",
    deviceType: "USB",
    vendorId: "04b3",
    deviceId: "4010",
    redfish: {
      hostIpAssignment: "Static",
      hostIp: "169.254.95.120",
      hostNetmask: "255.255.0.0",
      serviceDiscovery: "Static",
      serviceIp: "169.254.95.118",
      serviceNetmask: "255.255.0.0",
      servicePort: 443,
      serviceHostname: "spb99-new1-ip",
    },
  });
});

Deno.test({ name: "tpm: a real TPM Device whose values are printed without line ends", ignore }, () => {
  assertEquals(machine("linuxhw-all-in-one-dell-optiplex-7480-aio").tpm, {
    version: "2.0",
    description: "NUVOTON",
    vendorId: "NTC",
    firmware: "7.2",
  });
});

Deno.test({ name: "onboardDevices, managementHosts, tpm: as many as real tables have structures", ignore }, () => {
  let onboard = 0, hosts = 0;
  for (const { name, text, structures, facts } of files.map(readFile)) {
    // `dmidecode -q` has no handles, and a paste of two outputs every handle twice.
    if (structures.some(({ handle }) => handle === "")) continue;
    const handles = (type: number) => new Set(text.match(new RegExp(`Handle 0x[0-9A-F]+, DMI type ${type},`, "g")));
    const counted = handles(41).size;
    const isDecoded = structures.some(({ type, name }) => type === 41 && name === "Onboard Device") || counted === 0;
    if (!isDecoded) continue;
    assert(facts.onboardDevices!.length >= counted, name);
    assert(counted === 0 || facts.onboardDevices![0]!.type !== undefined || text.includes("Type: Unknown"), name);
    onboard += counted;
    // One of older versions of dmidecode may say nothing behind its name.
    const interfaces = text.match(/^Management Controller Host Interface\n\s*(Host )?Interface Type/gm) ?? [];
    assertEquals(facts.managementHosts?.length, interfaces.length, name);
    hosts += interfaces.length;
    assertEquals(facts.tpm !== undefined, /^TPM Device$/m.test(text), name);
  }
  console.log(`${onboard} on-board devices, ${hosts} host interfaces`);
  assert(onboard > 300 && hosts > 20);
});

Deno.test({ name: "cpu: socket types and caches of real tables", ignore }, () => {
  const { packages, caches } = machine("hpe-dl385-gen10").cpu!;
  assertEquals(packages?.map(({ socketType }) => socketType), ["Socket SP3", "Socket SP3"]);
  assert(caches!.length > 1 && caches!.every(({ totalBytes }) => totalBytes! > 0));
  for (const { name, text, facts } of files.map(readFile)) {
    for (const { level, totalBytes } of facts.cpu?.caches ?? []) {
      assert(totalBytes! > 0 && new RegExp(`Configuration: .*Level ${level}`).test(text), name);
    }
  }
});
