/**
 * Boots a machine, runs the agent in it once, and brings back its recording and its facts:
 *
 *     deno run -A tests/node/record.ts MACHINE FOLDER
 *
 * FOLDER, made anew, is then a recording for --replay; the facts go to standard output.
 */

import { assertEquals } from "@std/assert";
import { putAgent } from "./agent.ts";
import { run } from "./command.ts";
import { expectationsOf } from "./expected.ts";
import { makeImage } from "./image.ts";
import { machineNamed } from "./machines/mod.ts";
import { startNode } from "./node.ts";

const [name, target] = Deno.args;
if (!target) throw new Error("usage: record.ts MACHINE FOLDER");

const machine = await machineNamed(name);
const started = performance.now();
const progress = (line: string) => console.error(`${((performance.now() - started) / 1000).toFixed(1)} s  ${line}`);
const image = await makeImage(machine.architecture, progress);
const folder = await Deno.makeTempDir({ prefix: "hnl_mk-node-" });
try {
  await using node = await startNode(machine, {
    ...{
      image,
      folder,
      timeLimitMs: 300_000,
      onLine: progress,
      prepare: (share) => putAgent(share, image, ["--allow-all"]),
    },
  });
  // Emulated, the first run is so slow, for want of compiled code, that it may run into limits on time.
  await node.run("hnl_mk --once >/dev/null", { timeoutMs: 240_000 });
  progress("recording");
  await node.run(
    "hnl_mk --once --raw --format json --lldp 5 --record /tmp/record >/share/facts.json 2>/share/messages",
    {
      timeoutMs: 240_000,
    },
  );
  await node.run("tar cf /share/record.tar -C /tmp/record .");
  console.error(await Deno.readTextFile(`${node.share}/messages`));
  const facts = JSON.parse(await Deno.readTextFile(`${node.share}/facts.json`));
  const silent = await node.run("cat /tmp/record/unreadable.json 2>/dev/null | grep 'no answer' || true");
  if (silent) throw new Error(`this machine was too slow: record again\n${silent}`);
  for (const { actual, expected } of expectationsOf(machine)) assertEquals(actual(facts), expected);

  await Deno.remove(target, { recursive: true }).catch(() => {});
  await Deno.mkdir(target, { recursive: true });
  await run("tar", ["xf", `${node.share}/record.tar`, "-C", target]);
  console.log(JSON.stringify(facts, null, 2));
} finally {
  await Deno.remove(folder, { recursive: true });
}
