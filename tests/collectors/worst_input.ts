/**
 * Collects once, and tells what it took: `worst_input.ts FOLDER` with the tools' folder and /sys in it. What the daemon
 * makes of a collection counts: findings, a spec, and what changed since another collection, which differs everywhere.
 */
import { attributesOf } from "../../checkin/hanlon/attributes/mod.ts";
import { createLocalHost } from "../../collectors/host/local.ts";
import type { Facts } from "../../collectors/facts/mod.ts";
import { changes } from "../../collectors/judge/diff.ts";
import { judged } from "../../collectors/judge/mod.ts";
import { parseSpec } from "../../collectors/judge/spec/parse.ts";
import { collect } from "../../collectors/mod.ts";
import { isMap } from "../../collectors/values.ts";

const SPEC = `name: worst
expect:
  memory: { dimms: [ { count: 9, locator: "*A*1*" }, { count: "0..", sizeBytes: 16 GiB }, { count: "0.." } ] }
  oemStrings: [ /.*a.*b.*c.*d/ ]
`;

/** Each text a letter longer, and of each list one entry less. */
function altered(value: unknown): unknown {
  if (typeof value === "string") return `${value}x`;
  if (Array.isArray(value)) return value.slice(1).map(altered);
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, altered(inner)])) : value;
}

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
const facts = judged(collection.facts, [parseSpec(SPEC, "worst.yaml")]);
const other = altered(facts) as Facts;
changes(other, facts);
judged(facts, [], other);
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
