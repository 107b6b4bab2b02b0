/**
 * `deno task node MACHINE`: boots a machine, says how to reach it, and leaves it running until it is powered off or this
 * is interrupted.
 */

import { putAgent } from "./agent.ts";
import { makeImage } from "./image.ts";
import { machineNamed } from "./machines/mod.ts";
import { startNode } from "./node.ts";
import { freePort } from "./ports.ts";

const DAY_MS = 86_400_000;

const { machine, image } = await prepared().catch((error: Error) => {
  console.error(error.message);
  Deno.exit(1);
});
const folder = await Deno.makeTempDir({ prefix: "hnl_mk-node-" });
try {
  const port = await freePort("tcp");
  console.log(`booting ${machine.name}: ${machine.summary}`);
  await using node = await startNode(machine, {
    ...{ image, folder, timeLimitMs: DAY_MS, console: port, reboots: true, onLine: console.log },
    prepare: (share) => putAgent(share, image),
  });
  const ways = [
    ["its console", `busybox telnet 127.0.0.1 ${port}`],
    ["in it", "hnl_mk --once"],
    ["with a server", "deno task hanlon here, hnl_mk --server http://10.0.2.2:8026 --log-level INFO in it"],
    ["shared folder", `${node.share}, /share in it`],
    ...(node.bmc
      ? [["its BMC", `ipmitool -I lanplus -C 3 -H 127.0.0.1 -p ${node.bmc.lanPort} -U root -P calvin mc info`]]
      : []),
  ];
  console.log("it is up\n" + ways.map(([what, how]) => `  ${what!.padEnd(15)} ${how}`).join("\n"));
  const { promise: interrupted, resolve } = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, resolve);
  await Promise.race([node.vm.ended, interrupted]);
} finally {
  await Deno.remove(folder, { recursive: true });
}
Deno.exit();

async function prepared() {
  const machine = await machineNamed(Deno.args[0]);
  return { machine, image: await makeImage(machine.architecture, console.log) };
}
