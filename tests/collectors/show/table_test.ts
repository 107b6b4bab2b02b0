import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { Facts, Firmware } from "../../../collectors/facts/mod.ts";
import { prune } from "../../../collectors/values.ts";
import { table } from "../../../collectors/show/table.ts";
import { slowness } from "../../load.ts";

const GIB = 2 ** 30;

/** A server with a bit of everything. */
const SERVER: Facts = {
  schemaVersion: 1,
  agentVersion: "4.0.0",
  collectedAt: "2026-01-01T00:00:00.000Z",
  sources: {
    dmidecode: { status: "ok", elapsedMs: 21, version: "3.4" },
    lshw: { status: "timeout", elapsedMs: 45_000, error: "lshw: killed after 45.0 s without an end" },
    lscpu: { status: "ok", elapsedMs: 30, unparsed: { count: 1, lines: ["what is this"] } },
    lldptool: { status: "ok", elapsedMs: 30 },
    ipmitool: { status: "failed", elapsedMs: 9, error: "busy", keptFrom: "2025-12-31T23:50:00.000Z" },
    hostfs: { status: "ok", elapsedMs: 12, notes: ["needs root: /sys/class/dmi/id/product_uuid"] },
  },
  identity: { uuid: "4c4c4544-0058-4b10-8039-b7c04f5a5a32", uuidSource: "smbios", macs: [] },
  system: { manufacturer: "Dell Inc.", productName: "PowerEdge R740", serialNumber: "7XK9ZZ2" },
  chassis: { assetTag: "DC1-0042" },
  firmware: { vendor: "Dell Inc.", version: "2.12.2", releaseDate: "2021-07-09", bootMode: "uefi", secureBoot: true },
  cpu: {
    modelName: "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz",
    sockets: 2,
    coresPerSocket: 20,
    threadsPerCore: 2,
    logicalCpus: 80,
    numaNodes: [{ id: 0, cpus: [0] }, { id: 1, cpus: [1] }],
    maxMHz: 3900,
    microcode: "0x5003604",
    vulnerabilities: [
      { name: "Mds", status: "Not affected" },
      { name: "Retbleed", status: "Vulnerable" },
      { name: "Mmio stale data", status: "Vulnerable: Clear CPU buffers attempted, no microcode" },
    ],
  },
  memory: {
    totalBytes: 64 * GIB,
    usableBytes: 62.5 * GIB,
    slotCount: 24,
    usedSlotCount: 2,
    errorCorrection: "Multi-bit ECC",
    maxCapacityBytes: 3072 * GIB,
    dimms: [
      {
        locator: "A1",
        sizeBytes: 32 * GIB,
        type: "DDR4",
        speedMTs: 2933,
        configuredSpeedMTs: 2666,
        manufacturer: "Hynix Semiconductor",
        partNumber: "HMA84GR7AFR4N-VK",
        serialNumber: "2F1C8A30",
      },
      { locator: "B1", sizeBytes: 32 * GIB, type: "DDR4", speedMTs: 2933 },
    ],
  },
  disks: [
    { name: "nvme0n1", sizeBytes: 3840755982336, rotational: false, transport: "nvme", model: "Micron_9300" },
    {
      name: "sda",
      sizeBytes: 599550590976,
      rotational: true,
      transport: "sas",
      vendor: "SEAGATE",
      model: "ST600MM0006",
      serialNumber: "S0M1ABCD",
      wwn: "naa.5000c50071234567",
      mountpoints: ["/", "/boot"],
    },
  ],
  nics: [
    {
      name: "eno1",
      physical: true,
      mac: "b0:83:fe:d0:00:ff",
      permanentMac: "b0:83:fe:d0:00:01",
      carrier: true,
      speedMbps: 10000,
      maxSpeedMbps: 25000,
      driver: "i40e",
      bond: "bond0",
      vendor: "Intel Corporation",
      product: "Ethernet Controller XXV710 for 25GbE SFP28",
      addresses: [
        { family: "IPv4", address: "192.0.2.7", prefixLength: 24, scope: "global" },
        { family: "IPv6", address: "fe80::1", prefixLength: 64, scope: "link" },
      ],
    },
    { name: "eno2", physical: true, mac: "b0:83:fe:d0:00:02", carrier: false, maxSpeedMbps: 25000, driver: "i40e" },
    { name: "eno3", physical: true, mac: "b0:83:fe:d0:00:03", operState: "down", driver: "i40e" },
    { name: "eno4", physical: true, mac: "b0:83:fe:d0:00:04", carrier: true, speedMbps: 100, driver: "tg3" },
    { name: "eno1v0", physical: false, mac: "b2:83:fe:d0:00:01" },
    { name: "eno1v1", physical: false, mac: "b2:83:fe:d0:00:02" },
  ],
  neighbours: [{
    interface: "eno1",
    systemName: "leaf-01.rack12.dc1.example",
    portId: { subtype: "Ifname", value: "Ethernet1/17" },
    pvid: 210,
    portDescription: "to node7 [prod]",
  }],
  lldp: [
    { interface: "eno1", verdict: "neighbour" },
    { interface: "eno2", verdict: "noCarrier" },
    { interface: "eno3", verdict: "linkDown" },
    { interface: "eno4", verdict: "nothingHeard" },
  ],
  gpus: [
    { address: "0000:3b:00.0", vendor: "NVIDIA Corporation", product: "GA100 [A100 PCIe 40GB]", driver: "nvidia" },
    { address: "0000:03:00.0", vendorId: "102b", deviceId: "0536" },
    { address: "0000:04:00.0" },
  ],
  bmc: {
    manufacturer: "Dell Inc.",
    firmware: "4.40",
    ipmiVersion: "2.0",
    channels: [
      {
        number: 1,
        ip: "10.20.30.40",
        netmask: "255.255.255.0",
        gateway: "10.20.30.1",
        mac: "d0:94:66:12:34:56",
        vlanId: 30,
        ipSource: "Static Address",
        ipv6: [{ kind: "dynamic", address: "2001:db8:7::40" }],
      },
      { number: 2 },
    ],
  },
  virtualization: { virtual: false, type: "physical" },
  tpm: { version: "2.0" },
  os: { hostname: "node7", kernel: "6.1.0-13-amd64", hardwareModel: "x86_64" },
};

const EXPECTED = `
node7: Dell Inc. PowerEdge R740, serial 7XK9ZZ2, collected 2026-01-01 00:00 UTC

SYSTEM
  machine    Dell Inc. PowerEdge R740, physical
  serial     7XK9ZZ2, asset tag DC1-0042
  UUID       4c4c4544-0058-4b10-8039-b7c04f5a5a32
  firmware   Dell Inc. 2.12.2, 2021-07-09, UEFI, secure boot on
  TPM        2.0
  host       node7, Linux 6.1.0-13-amd64, x86_64

CPU
  model      Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz
  layout     2 sockets, 20 cores a socket, 2 threads a core, 80 logical CPUs, 2 NUMA nodes
  clock      3900 MHz max
  microcode  0x5003604
  vulnerable Retbleed, Mmio stale data

MEMORY
  total      64 GiB installed, 62.5 GiB usable, 2 of 24 slots used, Multi-bit ECC, at most 3 TiB
  SLOT  SIZE    TYPE  SPEED      MANUFACTURER         PART              SERIAL
  A1    32 GiB  DDR4  2666 MT/s  Hynix Semiconductor  HMA84GR7AFR4N-VK  2F1C8A30
  B1    32 GiB  DDR4  2933 MT/s  -                    -                 -

DISKS
  total      2 disks, 4.44 TB
  NAME     SIZE     KIND  BUS   MODEL                SERIAL    MOUNTED
  nvme0n1  3.84 TB  SSD   nvme  Micron_9300          -         -
  sda      600 GB   HDD   sas   SEAGATE ST600MM0006  S0M1ABCD  / /boot

NICS
  total      4 NICs, 2 with a link, 2 more without a port
  NAME  MAC                LINK        SPEED       DRIVER  BOND   ADDRESS
      SWITCH PORT                                       MODEL
  eno1  b0:83:fe:d0:00:01  up          10G of 25G  i40e    bond0  192.0.2.7
      leaf-01.rack12.dc1.example Ethernet1/17 VLAN 210  Ethernet Controller XXV710 for 25GbE SFP28
  eno2  b0:83:fe:d0:00:02  no carrier  - of 25G    i40e    -      -
  eno3  b0:83:fe:d0:00:03  down        -           i40e    -      -
  eno4  b0:83:fe:d0:00:04  up          100M        tg3     -      -
  no LLDP heard: eno4

GPUS
  total      3 GPUs
  ADDRESS       GPU                                        DRIVER
  0000:3b:00.0  NVIDIA Corporation GA100 [A100 PCIe 40GB]  nvidia
  0000:03:00.0  102b:0536                                  -
  0000:04:00.0  unknown                                    -

BMC
  BMC        Dell Inc., firmware 4.40, IPMI 2.0
  CHANNEL  ADDRESS         GATEWAY     MAC                VLAN  SOURCE          IPV6
  1        10.20.30.40/24  10.20.30.1  d0:94:66:12:34:56  30    Static Address  2001:db8:7::40
  2        none            -           -                  -     -               -

NOT READ
  lshw       timeout: killed after 45.0 s without an end
  ipmitool   failed: busy; values of 2025-12-31T23:50:00.000Z are kept

NOTES
  lscpu      1 line not understood
  hostfs     needs root: /sys/class/dmi/id/product_uuid
`.slice(1);

Deno.test("table() shows what a person in a hurry asks for", () => {
  assertEquals(table(SERVER, { colour: false }), EXPECTED);
});

Deno.test("table() with colour is the same text with bold headings and red problems", () => {
  const coloured = table(SERVER, { colour: true });
  assertStringIncludes(coloured, "\x1b[1mSYSTEM\x1b[0m\n");
  assertStringIncludes(coloured, "\x1b[31mNOT READ\x1b[0m\n");
  // deno-lint-ignore no-control-regex
  assertEquals(coloured.replace(/\x1b\[\d+m/g, ""), EXPECTED);
});

Deno.test("table() of a machine that told nothing says why", () => {
  const { schemaVersion, agentVersion, collectedAt } = SERVER;
  const facts: Facts = {
    ...{ schemaVersion, agentVersion, collectedAt },
    sources: { dmidecode: { status: "missing", elapsedMs: 1, error: "dmidecode: not installed" } },
    identity: { uuidSource: "none", macs: [] },
  };
  assertEquals(
    table(facts, { colour: false }),
    `collected 2026-01-01 00:00 UTC

NOT READ
  dmidecode  missing: not installed; package dmidecode (Debian, Alpine); without it unknown: DIMMs,
             slots, power supplies and the serial numbers that the kernel does not show
`,
  );
});

Deno.test("table() tells the bank of a DIMM where several have one name", () => {
  const { schemaVersion, agentVersion, collectedAt, identity } = SERVER;
  const head = { schemaVersion, agentVersion, collectedAt, identity, sources: {} };
  const memory = (...dimms: [locator: string, bank: string][]) =>
    table({
      ...head,
      memory: { errorCorrection: "None", dimms: dimms.map(([locator, bank]) => ({ locator, bank, sizeBytes: GIB })) },
    }, { colour: false }).split("MEMORY\n")[1]!.trimEnd().split("\n");
  assertEquals(memory(["DIMM 0", "P0 CHANNEL A"], ["DIMM 0", "P0 CHANNEL B"]), [
    "  total      no ECC",
    "  SLOT    BANK                        SIZE",
    "  DIMM 0  P0 CHANNEL A, P0 CHANNEL B  2 × 1 GiB",
  ]);
  assertEquals(memory(["A1", "BANK 0"], ["A2", "BANK 0"]).slice(1), ["  SLOT    SIZE", "  A1, A2  2 × 1 GiB"]);
});

Deno.test("table() names what kind of virtual machine it is, where that is known", () => {
  const machine = (type: string) => table({ ...SERVER, virtualization: { virtual: true, type } }, { colour: false });
  assertStringIncludes(machine("kvm"), "PowerEdge R740, virtual machine (kvm)\n");
  assertStringIncludes(machine("unknown"), "PowerEdge R740, virtual machine\n");
});

Deno.test("table() says of a BMC what little is known", () => {
  const shown = table({ ...SERVER, bmc: { manufacturerId: 674 } }, { colour: false });
  assertStringIncludes(shown, "\nBMC\n  BMC        manufacturer 674\n\n");
});

Deno.test("table() says of secure boot what is known", () => {
  const mode = (secureBoot: boolean | undefined) => {
    const facts = { ...SERVER, firmware: prune<Firmware>({ bootMode: "uefi", secureBoot }) };
    return /firmware +(.*)/.exec(table(facts, { colour: false }))?.[1];
  };
  assertEquals([true, false, undefined].map(mode), ["UEFI, secure boot on", "UEFI, secure boot off", "UEFI"]);
});

Deno.test("table() cuts names before addresses and serial numbers, and keeps columns of wide characters straight", () => {
  const text = table({
    ...SERVER,
    disks: [
      { name: "sda", model: "超高速固态硬盘".repeat(9), serialNumber: "S".repeat(40), mountpoints: ["/srv"] },
      { name: "sdb", model: "plain", serialNumber: "T", mountpoints: ["/var"] },
    ],
  }, { colour: false });
  const [, heading, first, second] = text.slice(text.indexOf("DISKS\n") + 6).split("\n");
  assertEquals(heading!.indexOf("SERIAL"), second!.indexOf("T"));
  assertStringIncludes(first!, "S".repeat(40));
  // Every other character of the model counts twice.
  assertEquals(width(first!.slice(0, first!.indexOf("SSS"))), heading!.indexOf("SERIAL"));
  assertLessOrEqual(width(first!), 100);
});

/** As terminals have it for the characters that these tests are about. */
function width(text: string): number {
  return [...text].reduce((sum, each) => sum + (/[\p{Script=Han}\p{Emoji_Presentation}]/u.test(each) ? 2 : 1), 0);
}

/** A copy of `value` with every text and number replaced by what the two give. */
function replaced(value: unknown, text: () => string, number: () => number): unknown {
  if (typeof value === "string") return text();
  if (typeof value === "number") return number();
  if (Array.isArray(value)) return value.map((each) => replaced(each, text, number));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, text, number)]));
}

/** What firmware, switches and whoever plugged in a USB stick may call themselves. */
const weird = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("\x1b[2J\x1b[31mred", "a\nb\r\nc", "\u202egnirts", "\u200b", "\ud800", "x".repeat(5000), " ", ""),
  fc.constant("\u{16ff0}".repeat(60)),
  fc.nat(300).map((length) => "long word ".repeat(length)),
  fc.nat(200).map((length) => "广".repeat(length)),
);

Deno.test("table() fits 100 columns and steers no terminal, whatever the facts hold", () => {
  const numbers = fc.oneof(fc.maxSafeNat(), fc.double({ min: 0, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(weird, { minLength: 1, maxLength: 12 }),
      fc.array(numbers, { minLength: 1, maxLength: 5 }),
      (texts, values) => {
        let i = 0;
        const facts = replaced(SERVER, () => texts[i++ % texts.length]!, () => values[i++ % values.length]!) as Facts;
        const shown = table(facts, { colour: false });
        assert(!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(shown.replaceAll("\n", "")), JSON.stringify(shown));
        for (const line of shown.split("\n")) assertLessOrEqual(width(line), 100, line);
      },
    ),
    { numRuns: 500, interruptAfterTimeLimit: 2500 },
  );
});

Deno.test("table() takes a text of megabytes", () => {
  const began = performance.now();
  const facts = replaced(SERVER, () => "many words ".repeat(100_000), () => 1) as Facts;
  for (const line of table(facts, { colour: false }).split("\n")) assertLessOrEqual(line.length, 100);
  assertLessOrEqual(performance.now() - began, 3000 * slowness());
});
