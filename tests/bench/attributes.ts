/** How long it takes to build the attributes of a big server, and how large the registration is: measured only. */
import { attributesOf, stableAttributes } from "../../checkin/hanlon/attributes/mod.ts";
import { compilePattern } from "../../checkin/config/pattern.ts";
import { bigServer } from "../checkin/some_facts.ts";
import { DEFAULT_CLIENT_CONFIG } from "../hanlon_server.ts";

const ROUNDS = 50;

function milliseconds(action: () => unknown): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

const server = bigServer();
const exclude = compilePattern(String(DEFAULT_CLIENT_CONFIG["mk_fact_excl_pattern"]));
const first = milliseconds(() => attributesOf(server, exclude));
const times = Array.from({ length: ROUNDS }, () => milliseconds(() => attributesOf(server, exclude)));
const stable = milliseconds(() => stableAttributes(server, exclude));
const attributes = attributesOf(server, exclude);
const median = times.sort((a, b) => a - b)[ROUNDS / 2]!;

console.log("64 NICs, 200 disks, 48 DIMMs, 256 logical CPUs:");
console.log(`attributesOf()      first ${first.toFixed(1)} ms, median ${median.toFixed(1)} ms (aim: at most 50 ms)`);
console.log(`stableAttributes()  ${stable.toFixed(1)} ms`);
const bytes = new TextEncoder().encode(JSON.stringify(attributes)).length;
console.log(
  `attributes_hash     ${Object.keys(attributes).length} attributes, ${(bytes / 1e6).toFixed(2)} MB (limit: 2 MB)`,
);
