import { assertEquals } from "@std/assert";
import { isGuestCpu, offersVirtualization, parseCpuinfo } from "../../../../collectors/tools/kernel/cpu.ts";
import { hostFsOf } from "./tree.ts";

Deno.test("parseCpuinfo() reads x86", () => {
  const block = (id: number, mhz: string) =>
    `processor\t: ${id}
vendor_id\t: GenuineIntel
model name\t: Intel(R) Xeon(R) CPU           E5520  @ 2.26GHz
microcode\t: 0x1d
cpu MHz\t\t: ${mhz}
cpu cores\t: 4
flags\t\t: fpu vme
power management:

`;
  assertEquals(parseCpuinfo(block(0, "2266.000") + block(1, "1600.123")), {
    logical: [
      { id: 0, modelName: "Intel(R) Xeon(R) CPU           E5520  @ 2.26GHz" },
      { id: 1, modelName: "Intel(R) Xeon(R) CPU           E5520  @ 2.26GHz" },
    ],
    microcode: "0x1d",
    flags: ["fpu", "vme"],
    mhz: [2266, 1600.123],
  });
});

Deno.test("parseCpuinfo() tells which logical CPUs share a core", () => {
  const block = (id: number, packageId: number, coreId: number) =>
    `processor\t: ${id}\nphysical id\t: ${packageId}\nsiblings\t: 4\ncore id\t\t: ${coreId}\ncpu cores\t: 2\n\n`;
  assertEquals(parseCpuinfo(block(0, 0, 0) + block(1, 1, 8) + block(2, 0, 0)).logical, [
    { id: 0, packageId: 0, coreId: 0 },
    { id: 1, packageId: 1, coreId: 8 },
    { id: 2, packageId: 0, coreId: 0 },
  ]);
});

Deno.test("parseCpuinfo() takes nothing of the second list of s390x for the last CPU of the first", () => {
  const text = "processor 0: version = FF,  identification = 0133E8,  machine = 2964\n" +
    "processor 1: version = FF,  identification = 0133E8,  machine = 2964\n\n" +
    "cpu number      : 0\nphysical id     : 1\ncore id         : 4\n\n" +
    "cpu number      : 1\nphysical id     : 2\ncore id         : 5\n";
  assertEquals(parseCpuinfo(text).logical, [{ id: 0 }, { id: 1 }]);
});

Deno.test("isGuestCpu() looks for the flag of x86", () => {
  assertEquals(isGuestCpu("processor\t: 0\nflags\t\t: fpu vme hypervisor lahf_lm\nbugs\t\t: mds\n"), true);
  assertEquals(isGuestCpu("flags\t\t: fpu vme\nvmx flags\t: hypervisor\n"), false);
  assertEquals(isGuestCpu("Features\t: fp asimd\n"), undefined);
  assertEquals(isGuestCpu(""), undefined);
});

Deno.test("offersVirtualization() looks for VT-x and AMD-V", () => {
  assertEquals(["vmx", "svm", "vme"].map((flag) => offersVirtualization(`flags\t\t: fpu ${flag} lm\n`)), [
    true,
    true,
    false,
  ]);
  assertEquals(offersVirtualization("Features\t: fp asimd\n"), undefined);
});

Deno.test("parseCpuinfo() reads arm64, which names no model", () => {
  const text =
    "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\n";
  assertEquals(parseCpuinfo(text + text.replace(": 0\n", ": 1\n")), {
    logical: [{ id: 0 }, { id: 1 }],
    implementer: "0x41",
    part: "0xd0c",
    flags: ["fp", "asimd"],
    mhz: [],
  });
});

Deno.test("parseCpuinfo() reads 32-bit ARM of both kinds", () => {
  const old =
    "Processor\t: ARMv7 Processor rev 4 (v7l)\nprocessor\t: 0\n\nprocessor\t: 1\n\nHardware\t: SAMSUNG EXYNOS5\nSerial\t\t: 0\n";
  const model = "ARMv7 Processor rev 4 (v7l)";
  const both = { logical: [{ id: 0, modelName: model }, { id: 1, modelName: model }], mhz: [] };
  assertEquals(parseCpuinfo(old), both);
  assertEquals(
    parseCpuinfo(`processor\t: 0\nmodel name\t: ${model}\n\nprocessor\t: 1\nmodel name\t: ${model}\n`),
    both,
  );
});

Deno.test("parseCpuinfo() reads POWER", () => {
  const text = `processor\t: 8
cpu\t\t: POWER9 (raw), altivec supported
clock\t\t: 2166.000000MHz
revision\t: 2.2 (pvr 004e 1202)

timebase\t: 512000000
platform\t: PowerNV
model\t\t: 9006-22P
machine\t\t: PowerNV 9006-22P
`;
  assertEquals(parseCpuinfo(text), {
    logical: [{ id: 8, modelName: "POWER9 (raw), altivec supported" }],
    mhz: [2166],
  });
});

Deno.test("parseCpuinfo() reads s390x", () => {
  const text = `vendor_id       : IBM/S390
# processors    : 2
cache0          : level=1 type=Data scope=Private size=128K line_size=256 associativity=8
processor 0: version = FF,  identification = 1633E8,  machine = 2964
processor 3: version = FF,  identification = 1633E8,  machine = 2964

cpu number      : 0
cpu MHz dynamic : 5000
cpu MHz static  : 5000
`;
  assertEquals(parseCpuinfo(text), { logical: [{ id: 0 }, { id: 3 }], mhz: [5000] });
});

Deno.test("parseCpuinfo() reads RISC-V and LoongArch", () => {
  assertEquals(parseCpuinfo("processor\t: 0\nhart\t\t: 2\nisa\t\t: rv64imafdc\nuarch\t\t: sifive,u74-mc\n").logical, [
    { id: 0, modelName: "sifive,u74-mc" },
  ]);
  const loongarch =
    "system type\t\t: generic\n\nprocessor\t\t: 0\nModel Name\t\t: Loongson-3A5000\nCPU MHz\t\t\t: 2000.00\n";
  assertEquals(parseCpuinfo(loongarch), { logical: [{ id: 0, modelName: "Loongson-3A5000" }], mhz: [2000] });
});

Deno.test("parseCpuinfo() makes nothing of noise", () => {
  assertEquals(parseCpuinfo(""), { logical: [], mhz: [] });
  const noise =
    "processor : \nprocessor : -1\nmodel name : lost\ncpu MHz : NaN\ncpu MHz : 1e999\n:::\n__proto__ : 1\nprocessor x: 1\n";
  assertEquals(parseCpuinfo(noise), { logical: [], mhz: [] });
});

Deno.test("hostfsCollector tells the CPUs, their clocks and vulnerabilities", async () => {
  const { cpu, volatile } = await hostFsOf({
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: AMD EPYC 7451\nmicrocode\t: 0x8001227\ncpu MHz\t\t: 2894.214\n",
    "sys/devices/system/cpu/vulnerabilities/spectre_v2": "Mitigation: Retpolines; IBPB: conditional",
    "sys/devices/system/cpu/vulnerabilities/meltdown": "Not affected",
    "sys/devices/system/cpu/vulnerabilities/l1tf": "",
  });
  assertEquals(cpu, {
    microcode: "0x8001227",
    logical: [{ id: 0, modelName: "AMD EPYC 7451" }],
    vulnerabilities: [
      { name: "meltdown", status: "Not affected" },
      { name: "spectre_v2", status: "Mitigation: Retpolines; IBPB: conditional" },
    ],
  });
  assertEquals(volatile, { cpuMHz: [2894.214] });
});
