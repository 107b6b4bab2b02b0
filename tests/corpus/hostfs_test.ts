/** /proc files of real and emulated machines, against what lscpu said on them. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import { decode } from "../../collectors/host/mod.ts";
import { parseCpuinfo } from "../../collectors/tools/kernel/cpu.ts";
import { parseMeminfo } from "../../collectors/tools/kernel/meminfo.ts";
import { assertPlain, damaged } from "../collectors/mutations.ts";
import { CORPUS, filesIn, read } from "./corpus.ts";

/** A machine's /proc/cpuinfo, and what lscpu printed on it. */
interface Machine {
  name: string;
  cpuinfo: string;
  lscpu: string;
}

function dumped(archive: string): Machine {
  const name = archive.slice(archive.lastIndexOf("/") + 1, -".tar.gz".length);
  const { stdout } = new Deno.Command("tar", { args: ["-xzOf", join(CORPUS, archive), `${name}/proc/cpuinfo`] })
    .outputSync();
  const lscpu = read(archive.replace(/\.tar\.gz$/, ".expected.txt"));
  return { name, cpuinfo: decode(stdout), lscpu };
}

const nodes = filesIn("qemu").filter((folder) => filesIn(folder, (name) => name === "proc-cpuinfo.txt").length > 0);
const machines = [
  ...filesIn("lscpu/dumps", (name) => name.endsWith(".tar.gz")).map(dumped),
  ...nodes.map((node) => ({
    name: node,
    cpuinfo: read(join(node, "proc-cpuinfo.txt")),
    lscpu: read(join(node, "lscpu.txt")),
  })),
];
const ignore = machines.length === 0;
if (ignore) console.log("no corpus (HNL_MK_CORPUS): its tests are skipped");

/** "1-5,8" as numbers. */
function cpuList(text: string): number[] {
  return text.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

Deno.test({ name: "parseCpuinfo() finds the CPUs and models that lscpu found", ignore }, () => {
  for (const { name, cpuinfo, lscpu } of machines) {
    const field = (key: string) => new RegExp(`^ *${key}: +(.*)$`, "m").exec(lscpu)?.[1];
    const { logical, microcode, mhz } = parseCpuinfo(cpuinfo);
    assertEquals(logical.map(({ id }) => id), cpuList(field("On-line CPU\\(s\\) list")!), name);
    const model = field("Model name");
    // lscpu knows ARM's part numbers; /proc/cpuinfo names only the core's design, if anything.
    const models = new Set(logical.map(({ modelName }) => modelName ?? "-"));
    if (!name.startsWith("arm")) assertEquals([...models], [model], name);
    assertEquals(microcode, /^microcode\s*: (.*)$/m.exec(cpuinfo)?.[1], name);
    assertEquals(mhz.length, cpuinfo.match(/^(cpu mhz|clock|cpu mhz dynamic)\s*: [\d.]+(MHz)?$/gim)?.length ?? 0, name);
  }
});

Deno.test({ name: "parseMeminfo() reads every line with a unit", ignore }, () => {
  for (const node of nodes) {
    const text = read(join(node, "proc-meminfo.txt"));
    const meminfo = parseMeminfo(text);
    assertEquals(meminfo.size, text.match(/ kB$/gm)?.length);
    assertEquals(meminfo.get("MemTotal"), Number(/^MemTotal: +(\d+)/m.exec(text)![1]) * 1024);
  }
});

Deno.test({ name: "parseCpuinfo() makes plain values of damaged files", ignore }, () => {
  fc.assert(fc.property(damaged(machines.map(({ cpuinfo }) => cpuinfo)), (text) => assertPlain(parseCpuinfo(text))), {
    numRuns: 300,
    interruptAfterTimeLimit: 2500,
  });
});
