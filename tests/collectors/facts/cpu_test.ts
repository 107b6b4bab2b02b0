import { assertEquals } from "@std/assert";
import type { HostFs } from "../../../collectors/tools/kernel/host_fs.ts";
import { parseLscpu } from "../../../collectors/tools/lscpu/mod.ts";
import { assembled, factsOf, ok, type Sources } from "./assembled.ts";

const SERVER = Deno.readTextFileSync(new URL("../../fixtures/dmidecode/server.txt", import.meta.url));
const LSCPU = {
  "Architecture": "x86_64",
  "CPU(s)": "4",
  "On-line CPU(s) list": "0-2",
  "Model name": "A CPU",
  "Socket(s)": "1",
  "CPU MHz": "1234.5",
  "CPU(s) scaling MHz": "37%",
  "Vulnerability Spec store bypass": "Vulnerable",
};
const HOSTFS = {
  cpu: {
    microcode: "0x5003604",
    flags: ["fpu", "vme"],
    logical: [{ id: 0, modelName: "A CPU of cpuinfo" }, { id: 2, modelName: "A CPU of cpuinfo" }],
    vulnerabilities: [{ name: "spec_store_bypass", status: "Not affected" }],
  },
};

Deno.test("assemble() puts the CPU together from lscpu, SMBIOS and the kernel", () => {
  const { cpu } = assembled({ lscpu: LSCPU, dmidecode: SERVER, hostfs: HOSTFS });
  assertEquals([cpu?.modelName, cpu?.sockets, cpu?.onlineCpus, cpu?.microcode], ["A CPU", 1, 3, "0x5003604"]);
  assertEquals(cpu?.packages?.map(({ socket, populated }) => [socket, populated]), [
    ["CPU1", true],
    ["CPU2", true],
    ["CPU3", false],
  ]);
  assertEquals(cpu?.vulnerabilities, [{ name: "Spec store bypass", status: "Vulnerable" }]);
  assertEquals(cpu?.logical, HOSTFS.cpu.logical);
});

Deno.test("assemble() knows what it can of the CPU without lscpu", () => {
  const kernel = assembled({ hostfs: HOSTFS, dmidecode: SERVER }).cpu;
  assertEquals([kernel?.modelName, kernel?.sockets, kernel?.onlineCpus], ["A CPU of cpuinfo", 2, 2]);
  assertEquals(kernel?.vulnerabilities, [{ name: "Spec store bypass", status: "Not affected" }]);
  assertEquals(kernel?.flags, ["fpu", "vme"]);
  const smbios = assembled({ dmidecode: SERVER }).cpu;
  assertEquals([smbios?.modelName, smbios?.sockets], ["Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz", 2]);
  assertEquals(assembled({ lshw: { id: "x", class: "system" } }).cpu, undefined);
});

Deno.test("assemble() takes packages from lshw where SMBIOS is known to it alone", () => {
  const lshw = {
    id: "x",
    class: "system",
    children: [
      {
        id: "cpu:0",
        class: "processor",
        handle: "DMI:0400",
        description: "CPU",
        product: "AMD EPYC 7502P",
        vendor: "Advanced Micro Devices [AMD]",
        slot: "CPU1",
        units: "Hz",
        size: 2500000000,
        capacity: 3900000000,
        clock: 2000000000,
        configuration: { cores: "32", enabledcores: "32", threads: "64" },
      },
      { id: "cpu:1", class: "processor", handle: "DMI:0401", description: "CPU [empty]", slot: "CPU2", serial: "None" },
      { id: "cpu:2", class: "processor", businfo: "cpu@2" },
    ],
  };
  const { cpu } = assembled({ lshw });
  assertEquals(cpu, {
    modelName: "AMD EPYC 7502P",
    sockets: 1,
    packages: [
      {
        socket: "CPU1",
        populated: true,
        modelName: "AMD EPYC 7502P",
        manufacturer: "Advanced Micro Devices [AMD]",
        maxMHz: 3900,
        externalClockMHz: 2000,
        coreCount: 32,
        coresEnabled: 32,
        threadCount: 64,
      },
      { socket: "CPU2", populated: false },
    ],
  });
  assertEquals(assembled({ lshw, dmidecode: SERVER }).cpu?.packages?.length, 3);
});

Deno.test("assemble() takes coprocessors of SMBIOS for no CPU", () => {
  const ofType = (type: string) =>
    assembled({
      dmidecode: "Handle 0x0004, DMI type 4, 42 bytes\nProcessor Information\n\tSocket Designation: MIC\n" +
        `\tType: ${type}\n\tStatus: Populated, Enabled\n`,
    }).cpu?.packages?.length;
  assertEquals(ofType("Math Processor"), undefined);
  assertEquals(["Central Processor", "Other", "Unknown"].map(ofType), [1, 1, 1]);
});

Deno.test("assemble() takes the machine name from lscpu where the kernel does not tell it", () => {
  assertEquals(assembled({ lscpu: LSCPU }).os, { hardwareModel: "x86_64" });
  assertEquals(assembled({ lscpu: LSCPU, hostfs: { os: { hardwareModel: "i686" } } }).os, { hardwareModel: "i686" });
});

Deno.test("assemble() says whether the CPUs may run faster than their base clock, where lscpu does", () => {
  const boost = (value: string) => assembled({ lscpu: { ...LSCPU, "Frequency boost": value } }).cpu?.frequencyBoost;
  assertEquals([boost("enabled"), boost("disabled"), boost("unknown")], [true, false, undefined]);
});

Deno.test("factsOf() knows no cache whose size lscpu does not", () => {
  const { cpu } = assembled({
    lscpu: { ...LSCPU, "L1d cache": "unknown size", "L1i cache": "0 B", "L2 cache": "2 MiB (2 instances)" },
  });
  assertEquals(cpu?.caches, [{ level: 2, type: "unified", totalBytes: 2 * 1024 * 1024, instances: 2 }]);
});

Deno.test("factsOf() names an ARM CPU by SMBIOS, else by its implementer and part", () => {
  const lscpu = { "Architecture": "aarch64", "Vendor ID": "-", "Model name": "-", "BogoMIPS": "0.00" };
  const cpu = (part: string, implementer = "0x41", sources: Sources = {}) => {
    const { cpu } = assembled({ ...sources, lscpu, hostfs: { cpu: { implementer, part } } });
    return [cpu?.modelName, cpu?.vendorId, cpu?.implementer, cpu?.part, cpu?.bogoMips];
  };
  assertEquals(cpu("0xd0c"), ["Neoverse-N1", "ARM", "0x41", "0xd0c", undefined]);
  assertEquals(cpu("0xfee"), [undefined, "ARM", "0x41", "0xfee", undefined]);
  assertEquals(cpu("0x001", "0xee"), [undefined, undefined, "0xee", "0x001", undefined]);
  const altra = "Handle 0x0004, DMI type 4, 48 bytes\nProcessor Information\n\tSocket Designation: CPU 1\n" +
    "\tVersion: Ampere(R) Altra(R) Processor\n\tStatus: Populated, Enabled\n";
  assertEquals(cpu("0xd0c", "0x41", { dmidecode: altra })[0], "Ampere(R) Altra(R) Processor");
  // AppliedMicro's SMBIOS has the stepping in the model's place.
  assertEquals(cpu("0x000", "0x50", { dmidecode: altra.replace(/Version: .*/, "Version: A3") })[0], "X-Gene");
});

Deno.test("factsOf() takes the words that every CPU of ARM's architecture has for a model only where it knows none", () => {
  const words = "ARMv8 Processor rev 1 (v8l)";
  const cpu = (part: string, lscpu?: Record<string, string>) =>
    assembled({
      ...lscpu && { lscpu },
      hostfs: { cpu: { implementer: "0x41", part, logical: [{ id: 0, modelName: words }] } },
    }).cpu;
  // NVIDIA's kernels print them; lscpu before 2.32 prints no model at all, or what the kernel does.
  assertEquals(cpu("0xd07")?.modelName, "Cortex-A57");
  assertEquals(cpu("0xd07", { "Model name": words })?.modelName, "Cortex-A57");
  assertEquals(cpu("0xd07", { "Model name": "Cortex-A57AE" })?.modelName, "Cortex-A57AE");
  assertEquals(cpu("0xfee")?.modelName, words);
  assertEquals(cpu("0xd07")?.logical, [{ id: 0, modelName: words }]);
});

Deno.test("factsOf() takes the implementer and part of an ARM CPU from SMBIOS where the kernel says nothing", () => {
  const dmidecode = "Handle 0x0004, DMI type 4, 48 bytes\nProcessor Information\n\tSocket Designation: CPU0\n" +
    "\tSignature: Implementor 0x70, Variant 0x1, Architecture 15, Part 0x663, Revision 3\n" +
    "\tStatus: Populated, Enabled\n";
  const { cpu } = assembled({ dmidecode });
  assertEquals([cpu?.implementer, cpu?.part, cpu?.vendorId, cpu?.modelName], ["0x70", "0x663", "Phytium", "FTC663"]);
  const other = assembled({ dmidecode, hostfs: { cpu: { implementer: "0x41", part: "0xd0c" } } }).cpu;
  assertEquals([other?.implementer, other?.part, other?.modelName], ["0x41", "0xd0c", "Neoverse-N1"]);
  const x86 = dmidecode.replace(/Signature: .*/, "Signature: Type 0, Family 6, Model 85, Stepping 7");
  assertEquals([assembled({ dmidecode: x86 }).cpu?.implementer, assembled({ dmidecode: x86 }).cpu?.part], [
    undefined,
    undefined,
  ]);
});

Deno.test("factsOf() takes clusters for no sockets on a board with ARM's cores and a device tree", () => {
  // An RK3588: lscpu prints a block for each kind of core, the second of two clusters.
  const lscpu = parseLscpu(
    "Architecture: aarch64\nCPU(s): 8\n" +
      "Model name: Cortex-A55\nThread(s) per core: 1\nCore(s) per socket: 4\nSocket(s): 1\n" +
      "Model name: Cortex-A76\nThread(s) per core: 1\nCore(s) per socket: 2\nSocket(s): 2\n",
  ).value;
  const layout = (hostfs: HostFs) => {
    const { cpu } = factsOf({ lscpu: ok(lscpu), hostfs: ok(hostfs) });
    return [cpu?.sockets, cpu?.coresPerSocket, cpu?.logicalCpus];
  };
  const deviceTree = { productName: "Radxa ROCK 5B" };
  assertEquals(layout({ cpu: { implementer: "0x41", part: "0xd05" }, deviceTree }), [1, 8, 8]);
  // POWER has a device tree and real sockets.
  assertEquals(layout({ deviceTree }), [2, 4, 8]);
});
