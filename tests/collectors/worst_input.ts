/** Collects once, and tells what it took: `worst_input.ts FOLDER` with the tools' folder and /sys in it. */
import { attributesOf } from "../../checkin/hanlon/attributes/mod.ts";
import { createLocalHost } from "../../collectors/host/local.ts";
import { collect } from "../../collectors/mod.ts";

const [folder] = Deno.args;
const host = createLocalHost({
  path: `${folder}:/usr/bin:/bin`,
  roots: { proc: `${folder}/proc`, sys: `${folder}/sys`, dev: `${folder}/dev` },
});
let longestGapMs = 0, last = performance.now();
const tick = () => {
  const now = performance.now();
  longestGapMs = Math.max(longestGapMs, now - last);
  last = now;
};
const ticking = setInterval(tick, 5);
const collection = await collect(host, "4.1.0");
const { facts } = collection;
const attributes = JSON.stringify(attributesOf(collection)).length;
await new Promise((resolve) => setTimeout(resolve, 10));
tick();
clearInterval(ticking);
const status = await Deno.readTextFile("/proc/self/status");
console.log(JSON.stringify({
  peakMiB: Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)![1]) / 1024),
  longestGapMs: Math.round(longestGapMs),
  bytes: { facts: JSON.stringify(facts).length, attributes },
  sources: Object.fromEntries(
    Object.entries(facts.sources).map(([name, { status, error }]) => [name, { status, error }]),
  ),
}));
