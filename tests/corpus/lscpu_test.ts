/**
 * Every recorded output of lscpu, against counts taken from its text; and the real lscpu on recorded /proc and /sys,
 * against what upstream's tests expect of it there.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { parseLscpu } from "../../collectors/tools/lscpu/mod.ts";
import { ParseError } from "../../collectors/tools/parsing.ts";
import { ok, uncheckedFactsOf } from "../collectors/facts/assembled.ts";
import { assertPlain } from "../collectors/mutations.ts";
import { CORPUS, filesIn, read } from "./corpus.ts";

/** The tables of lscpu -e, -p and -C, with and without -J: other commands, and none that the parser is for. */
const TABLES = /-opt(?:[cep]\.txt|j-e\.json)$|-cores(?:-rhel9)?\.txt$|thisvm-(?:extended|parse|caches)/;

/** Pasted with prompts and prose around them, or broken on purpose: how many lines are not lscpu's. */
const STRAY_LINES: Record<string, number> = {
  "assisted-installer-malformedlscpuoutput.json": 2,
  "misc-spacemit-k3-riscv.txt": 2,
  "misc-zhaochun.txt": 4,
};

const outputs = [
  ...filesIn("lscpu", (name) => /\.(txt|json)$/.test(name) && name !== "MANIFEST.json"),
  ...filesIn("qemu", () => true).flatMap((folder) => filesIn(folder, (name) => /^lscpu\.(txt|json)$/.test(name))),
];
const isThere = outputs.length > 0;

/** How many CPUs a list names. */
function countList(list: string): number {
  return list === "" ? 0 : list.split(",").map((part) => {
    const [, first, last = first, step = 1] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part)!;
    return Math.floor((Number(last) - Number(first)) / Number(step)) + 1;
  }).reduce((sum, count) => sum + count);
}

/** The value behind a field's name in plain or JSON output. */
function valueIn(text: string, name: string): string | undefined {
  const quoted = name.replace(/[()]/g, "\\$&");
  return new RegExp(`^ *${quoted}: *(.*?) *$`, "m").exec(text)?.[1] ??
    new RegExp(`"${quoted}:",\\s*"data": ?"(.*?)"`).exec(text)?.[1];
}

Deno.test({ name: "parseLscpu() reads every recorded output", ignore: !isThere }, () => {
  let parsed = 0, fieldCount = 0, strayLines = 0;
  for (const file of outputs.filter((file) => !TABLES.test(file))) {
    const text = read(file);
    const { value, unparsed } = parseLscpu(text), { fields } = value;
    const { cpu = {} } = uncheckedFactsOf({ lscpu: ok(value) });
    assertPlain({ cpu, fields }, file);
    const stray = STRAY_LINES[file.replace("lscpu/", "")] ?? 0;
    assertEquals(unparsed.length, stray, file);

    const headings = /^(?:Virtualization features|Caches \(sum of all\)|NUMA|Vulnerabilities): *$/gm;
    const names = file.endsWith(".json") ? /"field"/g : /^ *[A-Z][^:\n]*:(?= |$)/gm;
    assertEquals(fields.length, text.match(names)!.length - (text.match(headings)?.length ?? 0), file);

    const flags = valueIn(text, "Flags"), online = valueIn(text, "On-line CPU(s) list"), cpus = valueIn(text, "CPU(s)");
    assertEquals(cpu.flags?.length, flags?.split(" ").length, file);
    if (online !== undefined) assertEquals(cpu.onlineCpus, countList(online), file);
    if (cpus !== undefined) assertEquals(cpu.logicalCpus, Number(cpus), file);
    assertEquals(cpu.caches?.length ?? 0, text.match(/L\d[di]?(?: cache)?:/g)?.length ?? 0, file);
    assertEquals(cpu.numaNodes?.length ?? 0, text.match(/NUMA node\d+ CPU\(s\):/g)?.length ?? 0, file);
    const inNodes = cpu.numaNodes?.reduce((sum, node) => sum + node.cpus.length, 0);
    // Old kernels list the CPUs that are off as well.
    if (inNodes !== undefined) assert([cpu.onlineCpus, cpu.logicalCpus].includes(inNodes), file);
    const statuses = "(?:Not affected|Vulnerable|Mitigation|KVM: |Unknown: )";
    const stated = new RegExp(
      file.endsWith(".json") ? `"data": ?"${statuses}` : `^ *[A-Z][^:\\n]*: +${statuses}`,
      "gm",
    );
    assertEquals(cpu.vulnerabilities?.length ?? 0, text.match(stated)?.length ?? 0, file);
    parsed++;
    fieldCount += fields.length;
    strayLines += unparsed.length;
  }
  console.log(`lscpu: ${parsed} outputs, ${fieldCount} fields, ${strayLines} unparsed lines, none of them lscpu's`);
});

Deno.test({ name: "parseLscpu() refuses the tables of lscpu's other commands", ignore: !isThere }, () => {
  const tables = outputs.filter((file) => TABLES.test(file));
  assert(tables.length > 30);
  for (const file of tables) assertThrows(() => parseLscpu(read(file)), ParseError);
});

/**
 * What the upstream's newest lscpu prints of a recorded machine and an older one may not, by the dump, or all of them.
 * Architecture and Byte Order are of the machine that lscpu runs on, whatever the dump.
 */
const NOT_IN_EVERY_VERSION: Record<string, string[]> = {
  // After 2.38: the microcode's version, and RISC-V's and LoongArch's own fields of /proc/cpuinfo.
  "": ["Microcode version"],
  "rv64-linux": [
    "ISA",
    "MMU",
    "Model name",
    "Thread(s) per core",
    "Core(s) per socket",
    "Socket(s)",
    "L1d cache",
    "L1i cache",
    "L2 cache",
  ],
  "rv64-milkvpioneer": [
    "ISA",
    "MMU",
    "Vendor ID",
    "Model name",
    "CPU family",
    "Model",
    "Thread(s) per core",
    "Core(s) per socket",
    "Socket(s)",
  ],
  "loongarch-kvm_on_loongson_3c6000": ["CPU op-mode(s)", "Address sizes", "Model name", "CPU family", "Model"],
};

async function output(tool: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { code, stdout } = await new Deno.Command(tool, { args, env: { LC_ALL: "C" } }).output();
    return code === 0 ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

const dumps = filesIn("lscpu/dumps", (name) => name.endsWith(".tar.gz"));
const hasLscpu = await output("lscpu", "--version") !== undefined;

Deno.test({
  name: "parseLscpu() reads of the real lscpu on recorded machines what upstream expects",
  ignore: dumps.length === 0 || !hasLscpu,
}, async () => {
  // 30 000 small files.
  const inMemory = await Deno.stat("/dev/shm").then(({ isDirectory }) => isDirectory, () => false);
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-lscpu-", ...(inMemory && { dir: "/dev/shm" }) });
  let compared = 0;
  try {
    for (const dump of dumps) {
      const name = dump.replace(/^.*\/|\.tar\.gz$/g, "");
      assert(await output("tar", "-xzf", join(CORPUS, dump), "-C", folder) !== undefined, dump);
      const printed = await output("lscpu", "-J", "--sysroot", join(folder, name));
      const real = parseLscpu(printed!), expected = parseLscpu(read(dump.replace(".tar.gz", ".expected.txt")));
      assertEquals(real.unparsed, []);
      const optional = [...NOT_IN_EVERY_VERSION[""]!, ...NOT_IN_EVERY_VERSION[name] ?? []];
      for (const field of expected.value.fields) {
        const found = real.value.fields.find((other) => other.name === field.name)?.value;
        if (optional.includes(field.name) && (found === undefined || found === "-")) continue;
        // Lists may be written in other ways; the typed values below are compared as numbers.
        if (!/CPU\(s\)( list)?$/.test(field.name)) assertEquals(found, field.value, `${name}: ${field.name}`);
        compared++;
      }
      const [found, wanted] = [real, expected].map(({ value }) => uncheckedFactsOf({ lscpu: ok(value) }).cpu);
      assertEquals([found?.numaNodes, found?.onlineCpus], [wanted?.numaNodes, wanted?.onlineCpus], name);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  console.log(`lscpu: ${dumps.length} recorded machines, ${compared} fields as expected`);
  assert(compared > 200);
});

if (!isThere) console.log(`skipped: no recorded outputs of lscpu in ${CORPUS}`);
if (!hasLscpu) console.log("skipped: lscpu is not installed");
