import { assertEquals } from "@std/assert";
import { parseLscpu } from "../../../collectors/tools/lscpu/mod.ts";
import { factsOf, ok } from "./assembled.ts";
import { parseDmidecode } from "../../../collectors/tools/dmidecode/mod.ts";

/** Sockets, cores a socket and threads a core of what lscpu prints, with these sockets in SMBIOS. */
function topology(lscpu: string | undefined, ...cores: (number | undefined)[]) {
  const smbios = cores.map((count, i) =>
    `Handle 0x${i + 40}, DMI type 4, 48 bytes\nProcessor Information\n\tSocket Designation: CPU${i}\n` +
    `\tStatus: Populated, Enabled\n${count === undefined ? "" : `\tCore Count: ${count}\n\tCore Enabled: ${count}\n`}\n`
  ).join("");
  const { cpu } = factsOf({
    ...lscpu === undefined ? {} : { lscpu: ok(parseLscpu(lscpu).value) },
    ...smbios === "" ? {} : { dmidecode: ok(parseDmidecode(smbios).value) },
  });
  return [cpu?.sockets, cpu?.coresPerSocket, cpu?.threadsPerCore];
}

const lscpu = (cpus: number, threads: number, cores: number | string, sockets: number | string) =>
  `CPU(s): ${cpus}\nModel name: A CPU\nThread(s) per core: ${threads}\nCore(s) per socket: ${cores}\n` +
  `Socket(s): ${sockets}\n`;

Deno.test("factsOf() takes the sockets of SMBIOS where lscpu finds as many cores in others", () => {
  // A Core Ultra 9 285K under a kernel that does not know it.
  assertEquals(topology(lscpu(24, 1, 1, 24), 24), [1, 24, 1]);
  // Clusters of four cores, taken for sockets.
  assertEquals(topology(lscpu(64, 1, 4, 16), 64), [1, 64, 1]);
  assertEquals(topology(lscpu(256, 1, 4, 64), 128, 128), [2, 128, 1]);
  // Two that the kernel takes for one.
  assertEquals(topology(lscpu(32, 2, 16, 1), 8, 8), [2, 8, 2]);
});

Deno.test("factsOf() takes the sockets and cores of SMBIOS where lscpu takes every thread for a socket", () => {
  const smbios = (cores: number, threads: number) =>
    `Handle 0x40, DMI type 4, 48 bytes\nProcessor Information\n\tSocket Designation: CPU0\n` +
    `\tStatus: Populated, Enabled\n\tCore Count: ${cores}\n\tThread Count: ${threads}\n\n`;
  const of = (text: string, dmidecode: string) => {
    const { cpu } = factsOf({
      lscpu: ok(parseLscpu(text).value),
      dmidecode: ok(parseDmidecode(dmidecode).value),
    });
    return [cpu?.sockets, cpu?.coresPerSocket, cpu?.threadsPerCore];
  };
  assertEquals(of(lscpu(24, 1, 1, 24), smbios(12, 24)), [1, 12, 2]);
  // Half of the threads are switched off, or are not those of SMBIOS: lscpu is right.
  assertEquals(of(lscpu(12, 1, 12, 1), smbios(12, 24)), [1, 12, 1]);
  assertEquals(of(lscpu(4, 1, 1, 4), smbios(12, 24)), [4, 1, 1]);
  // A Core i7-12700H under util-linux 2.37: six cores of two threads and eight of one.
  assertEquals(of(lscpu(20, 2, 10, 1), smbios(14, 20)), [1, 14, 2]);
  // All cores have two.
  assertEquals(of(lscpu(20, 2, 10, 1), smbios(10, 20)), [1, 10, 2]);
});

Deno.test("factsOf() takes the sockets of lscpu where SMBIOS has other cores, or does not count them", () => {
  assertEquals(topology(lscpu(16, 1, 8, 2), 24), [2, 8, 1]);
  assertEquals(topology(lscpu(16, 1, 8, 2), undefined), [2, 8, 1]);
  assertEquals(topology(lscpu(16, 1, 8, 2)), [2, 8, 1]);
});

Deno.test("factsOf() adds up the cores of all kinds", () => {
  const kind = (name: string, threads: number, cores: number, sockets = 1) =>
    `Model name: ${name}\nThread(s) per core: ${threads}\nCore(s) per socket: ${cores}\nSocket(s): ${sockets}\n`;
  assertEquals(topology(`CPU(s): 20\n${kind("Cortex-X925", 1, 10)}${kind("Cortex-A725", 1, 10)}`), [1, 20, 1]);
  assertEquals(topology(`CPU(s): 20\n${kind("P", 2, 6)}${kind("E", 1, 8)}`, 14), [1, 14, 2]);
  assertEquals(topology(`CPU(s): 48\n${kind("P", 1, 8, 2)}${kind("E", 1, 16, 2)}`), [2, 24, 1]);
  assertEquals(topology(`CPU(s): 12\n${kind("A", 1, 4)}${kind("B", 1, 4)}${kind("C", 1, 4)}`), [1, 12, 1]);
  // Two outputs in one paste.
  assertEquals(topology(lscpu(16, 2, 8, 1).repeat(2), 8), [1, 8, 2]);
});

Deno.test("factsOf() takes clusters for no sockets", () => {
  const clusters = (sockets: string) =>
    `CPU(s): 8\nModel name: Cortex-A78AE\nThread(s) per core: 1\nCore(s) per cluster: 4\nSocket(s): ${sockets}\n` +
    "Cluster(s): 2\n";
  assertEquals(topology(clusters("-")), [1, 8, 1]);
  assertEquals(topology(clusters("-"), 8), [1, 8, 1]);
  assertEquals(topology(clusters("2")), [2, 4, 1]);
  const big = "Model name: A76\nThread(s) per core: 1\nCore(s) per cluster: 4\nSocket(s): -\nCluster(s): 1\n";
  assertEquals(topology(`CPU(s): 8\n${big}${big.replace("A76", "A55")}`), [1, 8, 1]);
});

Deno.test("factsOf() knows of no socket, core or thread where lscpu says 0", () => {
  assertEquals(topology(lscpu(4, 0, 0, 0)), [undefined, undefined, undefined]);
  assertEquals(topology(lscpu(4, 0, 0, 0), 4), [1, 4, undefined]);
  assertEquals(topology(lscpu(4, 1, "-", "-"), 4, 2), [2, 3, 1]);
  assertEquals(topology(undefined, 8, 8), [2, 8, undefined]);
  assertEquals(topology(undefined, 8, 7), [2, undefined, undefined]);
  assertEquals(topology(undefined, 0), [1, undefined, undefined]);
});

Deno.test("factsOf() knows the books and drawers of s390x", () => {
  const fields = "CPU(s): 24\nThread(s) per core: 2\nCore(s) per socket: 6\nSocket(s) per book: 2\nBook(s): 1\n";
  assertEquals(topology(fields), [2, 6, 2]);
});
