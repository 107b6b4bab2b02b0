import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import fc from "fast-check";
import type { Cpu, Facts } from "../../../../collectors/facts/mod.ts";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { lscpuCollector, type LscpuInfo, parseLscpu } from "../../../../collectors/tools/lscpu/mod.ts";
import { ParseError } from "../../../../collectors/tools/parsing.ts";
import { ok, uncheckedFactsOf } from "../../facts/assembled.ts";
import { assertPlain, damaged, orTooMuch } from "../../mutations.ts";
import { stubHost } from "../../stub_host.ts";
import { slowness } from "../../../load.ts";

function fixture(name: string): string {
  return Deno.readTextFileSync(fromFileUrl(new URL(`../../../fixtures/lscpu/${name}`, import.meta.url)));
}

/** The fields of a text that is understood to its last line. */
function read(text: string): LscpuInfo {
  const { value, unparsed } = parseLscpu(text);
  assertEquals(unparsed, []);
  return value;
}

/** The facts of what lscpu says. */
function factsOfInfo(info: LscpuInfo): Facts {
  return uncheckedFactsOf({ lscpu: ok(info) });
}

/** Those of the CPU in a few lines of plain lscpu. */
function cpu(...lines: string[]): Cpu {
  return factsOfInfo(read(lines.join("\n"))).cpu!;
}

/** What lscpu printed besides: without it nothing tells that the text is its output. */
const ARCHITECTURE = "Architecture:   x86_64";

const CONTEXT = { signal: new AbortController().signal, partial() {} };
const GUEST = fixture("pipe.json"), GUEST_BY_SYSROOT = fixture("sysroot.json");
/** As on hardware: no hypervisor. */
const HARDWARE = GUEST_BY_SYSROOT.replace(" hypervisor ", " ");

Deno.test("parseLscpu() reads lscpu -J", () => {
  const info = read(GUEST);
  const { flags, vulnerabilities, ...rest } = factsOfInfo(info).cpu!;
  assertEquals(rest, {
    architecture: "x86_64",
    opModes: ["32-bit", "64-bit"],
    byteOrder: "Little Endian",
    modelName: "AMD EPYC",
    vendorId: "AuthenticAMD",
    family: "25",
    model: "17",
    stepping: "1",
    sockets: 1,
    coresPerSocket: 2,
    threadsPerCore: 1,
    logicalCpus: 2,
    onlineCpus: 2,
    bogoMips: 5192.29,
    hypervisorVendor: "KVM",
    caches: [
      { level: 1, type: "data", totalBytes: 65536, instances: 2 },
      { level: 1, type: "instruction", totalBytes: 65536, instances: 2 },
      { level: 2, type: "unified", totalBytes: 2097152, instances: 2 },
      { level: 3, type: "unified", totalBytes: 33554432, instances: 1 },
    ],
    numaNodes: [{ id: 0, cpus: [0, 1] }],
  });
  assertEquals([flags![0], flags!.at(-1), flags!.length], ["fpu", "fsrm", 105]);
  assertEquals(vulnerabilities!.length, GUEST.match(/Vulnerability/g)!.length);
  assert(vulnerabilities!.some(({ name, status }) => name === "Spec store bypass" && status === "Vulnerable"));
  assertEquals(info.fields.find(({ name }) => name === "Virtualization type")?.value, "full");
  assertEquals(info.fields.length, GUEST.match(/"field"/g)!.length);
  assertEquals(info.fields[0], { name: "Architecture", value: "x86_64" });
});

Deno.test("parseLscpu() reads the same from every layout", () => {
  for (const name of ["pipe.txt", "terminal.json", "terminal.txt"]) {
    const other = read(fixture(name));
    assertEquals(factsOfInfo(other), factsOfInfo(read(GUEST)), name);
    assertEquals(other.fields.length, read(GUEST).fields.length, name);
  }
});

Deno.test("parseLscpu() joins what a terminal's width broke, also where a paste lost blanks at line ends", () => {
  const pasted = fixture("terminal.txt").replace(/[ \t]+\r?$/gm, "");
  assertEquals(factsOfInfo(read(pasted)), factsOfInfo(read(GUEST)));
});

Deno.test("parseLscpu() keeps every field in lscpu's own words and order, known or not", () => {
  const { fields } = read("CPU(s): 4\nMicrocode version: 0x19\nMachine type:  -\nCPU(s): 5");
  assertEquals(fields, [
    { name: "CPU(s)", value: "4" },
    { name: "Microcode version", value: "0x19" },
    { name: "Machine type", value: "-" },
    { name: "CPU(s)", value: "5" },
  ]);
});

Deno.test("parseLscpu() takes '-' and nothing for not known", () => {
  const info = cpu("CPU(s): 4", "Model name: -", "Socket(s): -", "Vendor ID:", "Stepping: 0");
  assertEquals(info, { stepping: "0", logicalCpus: 4 });
});

Deno.test("parseLscpu() takes 0 threads and 0 MHz, which it prints where CPUs are offline, for not known", () => {
  assertEquals(cpu("CPU(s): 4", "Thread(s) per core: 0", "CPU min MHz: 0.0000"), { logicalCpus: 4 });
});

Deno.test("parseLscpu() takes the sizes of caches for what they are in their version", () => {
  // Before 2.34 one cache, from then on all of them, from 2.37 on with their number.
  assertEquals(cpu("L1d cache: 32K", "L1i cache:  48K", "L2 cache: 1280K", "L3 cache: 8M").caches, [
    { level: 1, type: "data", instanceBytes: 32768 },
    { level: 1, type: "instruction", instanceBytes: 49152 },
    { level: 2, type: "unified", instanceBytes: 1310720 },
    { level: 3, type: "unified", instanceBytes: 8388608 },
  ]);
  assertEquals(cpu("L2 cache: 1.5 MiB").caches, [{ level: 2, type: "unified", totalBytes: 1572864 }]);
  assertEquals(cpu("L1d: 98304 (2 instances)", "L2: 4 MiB (1 instance)", "L4 cache: 480 MiB").caches, [
    { level: 1, type: "data", totalBytes: 98304, instances: 2 },
    { level: 2, type: "unified", totalBytes: 4194304, instances: 1 },
    { level: 4, type: "unified", instanceBytes: 503316480 },
  ]);
});

Deno.test("parseLscpu() reads CPU lists, strides and masks", () => {
  const nodes = (...lines: string[]) => cpu(ARCHITECTURE, ...lines).numaNodes!.map(({ id, cpus }) => [id, cpus]);
  assertEquals(nodes("NUMA node0 CPU(s): 8,0-2", "NUMA node1 CPU(s):", "NUMA node252 CPU(s): 1-9:4"), [
    [0, [0, 1, 2, 8]],
    [1, []],
    [252, [1, 5, 9]],
  ]);
  assertEquals(nodes("On-line CPU(s) mask: ff", "NUMA node0 CPU(s): 11"), [[0, [0, 4]]]);
  assertEquals(nodes("NUMA node0 CPU(s): 0x10000000000000001"), [[0, [0, 64]]]);
  assertEquals(cpu("On-line CPU(s) list:  0-3,8", "Off-line CPU(s) list: 4-7").onlineCpus, 5);
  assertEquals(cpu("On-line CPU(s) mask: 0xffffffffffffffffffffffff").onlineCpus, 96);
});

Deno.test("a value of lscpu that makes no sense is no fact, and is kept among the fields", () => {
  const lines = [
    "On-line CPU(s) list: 0-99999999999",
    "NUMA node0 CPU(s): 0-65535,0-65535",
    "NUMA node1 CPU(s): 5-3",
    "NUMA node2 CPU(s): 1-9:0",
    "Socket(s): many",
    "BogoMIPS: 1e9",
    "L2 cache: huge",
  ];
  const { value, unparsed } = parseLscpu([ARCHITECTURE, ...lines].join("\n"));
  assertEquals(factsOfInfo(value).cpu, { architecture: "x86_64" });
  assertEquals([value.fields.length, unparsed], [8, []]);
});

Deno.test("parseLscpu() counts s390's sockets over its books and drawers", () => {
  assertEquals(cpu("Socket(s) per book: 6", "Book(s): 4").sockets, 24);
  assertEquals(cpu("Socket(s) per book: 2", "Book(s) per drawer: 3", "Drawer(s): 4").sockets, 24);
  assertEquals(cpu(ARCHITECTURE, "Socket(s) per book: 2").sockets, undefined);
});

Deno.test("parseLscpu() knows the words of old versions and the commas of other locales", () => {
  assertEquals(cpu("CPU socket(s): 2", "CPU max MHz: 4700,0000"), { sockets: 2, maxMHz: 4700 });
});

Deno.test("of several kinds of cores the first is told, and the fastest and slowest clock", () => {
  const info = cpu(
    "Vendor ID: ARM",
    "  Model name: Cortex-A53",
    "    Core(s) per socket: 4",
    "    CPU max MHz: 1800",
    "    CPU min MHz: 400",
    "  Model name: Cortex-A72",
    "    Core(s) per socket: 2",
    "    CPU max MHz: 2400",
    "    CPU min MHz: 600",
  );
  assertEquals([info.modelName, info.coresPerSocket, info.maxMHz, info.minMHz], ["Cortex-A53", 4, 2400, 400]);
});

Deno.test("parseLscpu() reports the prompts of a paste", () => {
  const { value, unparsed } = parseLscpu(`user@host:~$ lscpu\n${ARCHITECTURE}\nCPU(s):  2\n[user@host ~]$ `);
  assertEquals(value.fields.length, 2);
  assertEquals(unparsed.map(({ line }) => line), [1, 4]);
});

Deno.test("parseLscpu() keeps the fields of a translated output that still has a known one", () => {
  const { value, unparsed } = parseLscpu("架构：     x86_64\nArchitektur: x86_64\nBogoMIPS：  4199.88\n");
  assertEquals(factsOfInfo(value).cpu, { bogoMips: 4199.88 });
  assertEquals(value.fields[0], { name: "架构", value: "x86_64" });
  assertEquals(unparsed, []);
});

Deno.test("parseLscpu() reads the fields of JSON that is broken around them, or cut off", () => {
  const fields = '[\n{"field":"CPU(s):", "data":"8"},\n{"field":"Model:", "data":"142"}]';
  const broken = parseLscpu(`{\n"lscpu": "Hello"${fields}}`);
  assertEquals(factsOfInfo(broken.value).cpu, { model: "142", logicalCpus: 8 });
  const cut = parseLscpu(GUEST.slice(0, GUEST.indexOf('"Model:"') + 30));
  const { family, model } = factsOfInfo(cut.value).cpu!;
  assertEquals([family, model], ["25", undefined]);
  assert(cut.unparsed.length > 0);
});

for (
  const [what, text] of [
    ["nothing", ""],
    ["an error message", "lscpu: failed to determine number of CPUs: No such file or directory\n"],
    ["lscpu -e", fixture("extended.txt")],
    ["lscpu -J -e", '{\n   "cpus": [\n      {"cpu": 0, "node": -}\n   ]\n}'],
    ["another tool's output", "Handle 0x0400, DMI type 4, 48 bytes\nProcessor Information\n\tSocket: CPU1\n"],
  ] as const
) {
  Deno.test(`parseLscpu() refuses ${what}`, () => {
    assertThrows(() => parseLscpu(text), ParseError, "a field of lscpu");
  });
}

for (
  const [what, text] of [
    ["CPU lists", "NUMA node0 CPU(s): " + "0-65535,".repeat(120_000)],
    ["one flag", "Flags: " + "x".repeat(1_000_000)],
    ["wrapped lines", "Flags:  x\n" + "        y\n".repeat(100_000)],
    ["blank lines", "CPU(s): 2\n" + " \n".repeat(500_000)],
    ["blanks without a colon", " ".repeat(1_000_000) + "x"],
    ["fields", "NUMA node0 CPU(s): 0\n".repeat(50_000)],
    ["unknown fields", "a: b\n".repeat(200_000)],
  ] as const
) {
  Deno.test(`parseLscpu() takes linear time on a megabyte of ${what}`, () => {
    const started = performance.now();
    orTooMuch(() => factsOfInfo(parseLscpu(`${ARCHITECTURE}\n${text}`).value));
    const tookMs = performance.now() - started;
    // A quadratic one takes minutes.
    assert(tookMs < 3000 * slowness(), `${tookMs} ms`);
  });
}

Deno.test("parseLscpu() throws but ParseError, and gives plain JSON, whatever happened to its input", () => {
  const samples = ["pipe.json", "pipe.txt", "terminal.json", "terminal.txt"].map(fixture);
  fc.assert(
    fc.property(damaged(samples), (text) => {
      try {
        assertPlain(parseLscpu(text).value);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});

/** Answers to `lscpu` by its arguments, and to its version. */
function lscpuThat(answers: Record<string, string>) {
  return ([, ...args]: string[]) => {
    if (args[0] === "--version") return { stdout: "lscpu from util-linux 2.38.1\n" };
    const stdout = answers[args.join(" ")];
    if (stdout !== undefined) return { stdout };
    return { failure: "failed", code: 1, stderr: "lscpu: failed to determine number of CPUs" } as const;
  };
}

function runs(calls: string[][]): string[] {
  return calls.filter((argv) => argv[1] !== "--version").map((argv) => argv.slice(1).join(" "));
}

/** As in the image, where the host is mounted. */
const MOUNTED = { proc: "/host-proc", sys: "/host-sys" };
const BY_SYSROOT = "-J --sysroot /usr/local/share/hnl_mk/sysroot";

Deno.test("lscpuCollector asks once where /proc and /sys are the host's own, be it a virtual machine", async () => {
  for (const output of [HARDWARE, GUEST, GUEST_BY_SYSROOT]) {
    const host = stubHost(lscpuThat({ "-J": output, "-J --sysroot /": HARDWARE }));
    const collected = await lscpuCollector.collect(host, CONTEXT);
    assertEquals(runs(host.calls), ["-J"]);
    assertEquals(collected, { status: "ok", version: "2.38.1", value: read(output), unparsed: [] });
  }
  // What versions before 4.1 recorded.
  const recorded = stubHost((argv) => argv.join(" ") === "lscpu -J --sysroot /" ? { stdout: GUEST } : undefined);
  assertEquals((await lscpuCollector.collect(recorded, CONTEXT)).value, read(GUEST));
});

Deno.test("lscpuCollector asks once on hardware, through --sysroot", async () => {
  const host = stubHost(lscpuThat({ [BY_SYSROOT]: HARDWARE, "-J": GUEST }), MOUNTED);
  const collected = await lscpuCollector.collect(host, CONTEXT);
  assertEquals(runs(host.calls), [BY_SYSROOT]);
  assertEquals(collected, { status: "ok", version: "2.38.1", value: read(HARDWARE), unparsed: [] });
});

Deno.test("lscpuCollector asks a virtual machine again for what --sysroot leaves out", async () => {
  const host = stubHost(lscpuThat({ [BY_SYSROOT]: GUEST_BY_SYSROOT, "-J": GUEST }), MOUNTED);
  let partial: LscpuInfo | undefined;
  const collected = await lscpuCollector.collect(host, { ...CONTEXT, partial: (value) => void (partial = value) });
  assertEquals(runs(host.calls), [BY_SYSROOT, "-J"]);
  assertEquals(partial, read(GUEST_BY_SYSROOT));
  assertEquals(factsOfInfo(collected.value!), factsOfInfo(read(GUEST)));
  assertEquals(collected.value!.fields.slice(-2), [
    { name: "Hypervisor vendor", value: "KVM" },
    { name: "Virtualization type", value: "full" },
  ]);
  assertEquals(collected.notes, undefined);
});

Deno.test("lscpuCollector keeps the host's values where those of the second run differ", async () => {
  const container = GUEST.replace('"data": "0,1"', '"data": "0"').replace(/("CPU\(s\):",\s*"data": )"2"/, '$1"1"');
  const host = stubHost(lscpuThat({ [BY_SYSROOT]: GUEST_BY_SYSROOT, "-J": container }), MOUNTED);
  const { value } = await lscpuCollector.collect(host, CONTEXT);
  const { logicalCpus, onlineCpus, hypervisorVendor } = factsOfInfo(value!).cpu!;
  assertEquals([logicalCpus, onlineCpus, hypervisorVendor], [2, 2, "KVM"]);
});

Deno.test("lscpuCollector notes that it could not be pointed at the host", async () => {
  const mounted = stubHost(lscpuThat({ "-J": GUEST }), MOUNTED);
  const { status, notes, value } = await lscpuCollector.collect(mounted, CONTEXT);
  assertEquals([status, value], ["ok", read(GUEST)]);
  assertEquals(notes, [
    "of the machine that the agent runs on, since not read through /host-proc and /host-sys: " +
    "lscpu: exit code 1: lscpu: failed to determine number of CPUs",
  ]);
  const elsewhere = stubHost(lscpuThat({ "-J": GUEST }), { proc: "/mnt/proc" });
  const other = await lscpuCollector.collect(elsewhere, CONTEXT);
  assertEquals(runs(elsewhere.calls), ["-J"]);
  assertEquals(other.notes, [
    "of the machine that the agent runs on, since not read through /mnt/proc and /sys",
  ]);
});

Deno.test("lscpuCollector is content with a plain lscpu -J where a recording has no other", async () => {
  const host = stubHost((argv) => argv.join(" ") === "lscpu -J" ? { stdout: GUEST } : undefined);
  assertEquals(await lscpuCollector.collect(host, CONTEXT), { status: "ok", value: read(GUEST), unparsed: [] });
});

Deno.test("lscpuCollector says that lscpu is not installed or hangs", async () => {
  const missing = await lscpuCollector.collect(stubHost(() => undefined), CONTEXT);
  assertEquals(missing, { status: "missing", error: "lscpu: not installed" });
  const hanging = stubHost(() => ({ failure: "timeout", elapsedMs: 9000 }));
  const timeout = await lscpuCollector.collect(hanging, CONTEXT);
  assertEquals(timeout, { status: "timeout", error: "lscpu: killed after 9.0 s without an end" });
  assertEquals(runs(hanging.calls).length, 1);
});

Deno.test("lscpuCollector reads the machine that the test runs on", async () => {
  const collected = await lscpuCollector.collect(createLocalHost(), CONTEXT);
  if (collected.status === "missing") return console.log("skipped: lscpu is not installed");
  assertEquals([collected.status, collected.unparsed], ["ok", []]);
  const processors = (await Deno.readTextFile("/proc/cpuinfo")).match(/^processor\s*:/gm)?.length;
  if (processors !== undefined) assertEquals(factsOfInfo(collected.value!).cpu?.onlineCpus, processors);
});
