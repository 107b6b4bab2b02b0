/**
 * Collects twice in one process: `two_collections.ts FOLDER`, the folder of a project of either layout. Prints the own
 * CPU of both collections, in seconds, as a JSON list.
 */
import { ownCpuNanoseconds } from "./own_cpu.ts";

const [folder = "."] = Deno.args;
const load = (path: string) => import(`file://${folder}/${path}`);
const { createLocalHost } = await load("collectors/host/local.ts");
const { collect } = await load("collectors/mod.ts");
const host = createLocalHost();
const seconds: number[] = [];
for (let i = 0; i < 2; i++) {
  const before = ownCpuNanoseconds();
  await collect(host, "bench", {});
  seconds.push((ownCpuNanoseconds() - before) / 1e9);
}
console.log(JSON.stringify(seconds));
