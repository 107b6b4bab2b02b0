/**
 * Boots a machine, runs the agent in it once, and brings back its recording and its facts:
 *
 *     deno run -A tests/node/record.ts MACHINE FOLDER
 *
 * FOLDER, made anew, is then a recording for --replay; the facts go to standard output.
 */

import { agentProgram, putAgent } from "./agent.ts";
import { makeImage } from "./image.ts";
import { machineNamed } from "./machines/mod.ts";
import { startNode } from "./node.ts";

const [name, target] = Deno.args;
if (!target) throw new Error("usage: record.ts MACHINE FOLDER");

const started = performance.now();
const progress = (line: string) => console.error(`${((performance.now() - started) / 1000).toFixed(1)} s  ${line}`);
const image = await makeImage(await agentProgram(), progress);
const folder = await Deno.makeTempDir({ prefix: "hnl_mk-node-" });
try {
  await using node = await startNode(await machineNamed(name), {
    ...{ image, folder, timeLimitMs: 300_000, onLine: progress, prepare: (share) => putAgent(share, ["--allow-all"]) },
  });
  progress("recording");
  await node.run("hnl_mk --once --format json --lldp 5 --record /tmp/record >/share/facts.json 2>/share/messages", {
    timeoutMs: 120_000,
  });
  await node.run("cp -r /tmp/record /share/record", { timeoutMs: 120_000 });
  console.error(await Deno.readTextFile(`${node.share}/messages`));
  await Deno.remove(target, { recursive: true }).catch(() => {});
  await copyFolder(`${node.share}/record`, target);
  console.log(await Deno.readTextFile(`${node.share}/facts.json`));
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Copies files, folders and links as they are. */
async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else if (isSymlink) await Deno.symlink(await Deno.readLink(`${from}/${name}`), `${to}/${name}`);
    else await Deno.writeFile(`${to}/${name}`, await Deno.readFile(`${from}/${name}`));
  }
}
