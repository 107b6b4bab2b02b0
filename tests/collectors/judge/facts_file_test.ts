import { assertEquals, assertThrows } from "@std/assert";
import { FactsError, parseFacts } from "../../../collectors/judge/facts_file.ts";
import { withRaw } from "../../../collectors/facts/mod.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { judged } from "../../../collectors/judge/mod.ts";
import { parseSpec } from "../../../collectors/judge/spec/mod.ts";
import { collect } from "../../../collectors/mod.ts";
import { goldens } from "../../golden.ts";

const SPEC = parseSpec("name: x\nexpect: { cpu: { sockets: 9 } }", "spec.yaml");

Deno.test("parseFacts() takes all that facts may hold", async () => {
  for (const { bundle } of goldens()) {
    const { facts, parts } = await collect(await openReplay(bundle), "4.1.0");
    const kept = { keptFrom: "2026-01-01T00:00:00.000Z", kept: { network: "2026-01-01T00:00:00.000Z" } };
    const whole = {
      ...judged(withRaw(facts, parts), [SPEC]),
      sources: { ...facts.sources, hostfs: { ...facts.sources.hostfs!, ...kept } },
      labels: { rack: "R12", "example.com/role": "storage" },
      changes: [{ kind: "went" as const, path: "disks[sda]", text: "disk sda gone" }],
    };
    const { labels, sources, raw, spec, changes } = parseFacts(JSON.stringify(whole));
    assertEquals([labels, sources.hostfs?.kept, changes], [whole.labels, kept.kept, whole.changes]);
    assertEquals([Object.keys(raw!), spec?.name], [Object.keys(whole.raw!), "x"]);
  }
});

Deno.test("parseFacts() names what is of another kind than facts have there", () => {
  const head = { schemaVersion: 2, identity: { uuidSource: "none", macs: [] } };
  for (
    const [facts, expected] of [
      [{ ...head, labels: { rack: 12 } }, "labels.rack: found a number, expected a string"],
      [{ ...head, labels: "R12" }, "labels: found no object"],
      [{ ...head, memory: { dimms: {} } }, "memory.dimms: found no list"],
      [{ ...head, memory: { totalBytes: "1" } }, "memory.totalBytes: found a string, expected a number"],
      [{ ...head, disks: [null] }, "disks[]: found no object"],
      [{ schemaVersion: 2 }, "expected facts"],
      [{ ...head, schemaVersion: 3 }, "found schema version 3, expected at most 2"],
    ] as const
  ) assertThrows(() => parseFacts(JSON.stringify(facts)), FactsError, expected);
});
