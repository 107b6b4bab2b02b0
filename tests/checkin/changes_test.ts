import { assertEquals } from "@std/assert";
import { describeChanges } from "../../checkin/changes.ts";
import type { Facts } from "../../collectors/facts/mod.ts";

const FACTS: Facts = {
  schemaVersion: 2,
  agentVersion: "4.0.0",
  collectedAt: "2026-01-01T00:00:00Z",
  sources: { lshw: { status: "ok", elapsedMs: 12 } },
  identity: { uuidSource: "none", macs: ["52:54:00:12:34:56"] },
  cpu: { flags: ["fpu", "vmx"] },
  memory: {
    totalBytes: 34359738368,
    dimms: [{ locator: "A1", sizeBytes: 17179869184 }, { locator: "A3", sizeBytes: 17179869184 }],
  },
  nics: [{ name: "eth1", physical: true, carrier: true, addresses: [] }],
  neighbours: [{
    interface: "eth1",
    systemName: "leaf-01",
    portId: { subtype: "Ifname", value: "Ethernet1/17" },
    systemDescription: "NX-OS 9",
  }],
  lldp: [{ interface: "eth1", verdict: "neighbour", listenedSeconds: 0 }],
  volatile: { uptimeSeconds: 1 },
};

function changed(change: (facts: Facts) => void): string[] {
  const after = structuredClone(FACTS);
  change(after);
  return describeChanges(FACTS, after);
}

Deno.test("describeChanges() says nothing of what changes by itself", () => {
  assertEquals(
    changed((facts) => {
      facts.collectedAt = "2027-01-01T00:00:00Z";
      facts.volatile = { uptimeSeconds: 99 };
      facts.lldp![0]!.listenedSeconds = 600;
      facts.sources.lshw = { status: "timeout", elapsedMs: 20_000, keptFrom: "2026-01-01T00:00:00Z" };
    }),
    [],
  );
});

Deno.test("describeChanges() names a DIMM that is gone, new or another", () => {
  assertEquals(
    changed((facts) => {
      facts.memory!.totalBytes = 17179869184;
      facts.memory!.dimms!.pop();
    }),
    ["memory.totalBytes: 34359738368 -> 17179869184", "dimm A3 gone"],
  );
  assertEquals(changed((facts) => facts.memory!.dimms!.push({ locator: "B1", sizeBytes: 1 })), ["dimm B1 new"]);
  assertEquals(changed((facts) => facts.memory!.dimms![0]!.serialNumber = "X"), ["dimm A1: serialNumber X new"]);
});

Deno.test("describeChanges() names the switch port that a NIC was moved to", () => {
  const neighbour = (facts: Facts) => facts.neighbours![0]!;
  assertEquals(
    changed((facts) => neighbour(facts).portId!.value = "Ethernet1/18"),
    ["eth1: switch port leaf-01 Ethernet1/17 -> Ethernet1/18"],
  );
  assertEquals(
    changed((facts) => neighbour(facts).systemName = "leaf-02"),
    ["eth1: switch port leaf-01 Ethernet1/17 -> leaf-02 Ethernet1/17"],
  );
  assertEquals(changed((facts) => delete facts.neighbours), ["eth1: switch port leaf-01 Ethernet1/17 gone"]);
  const come = { interface: "eth2", systemName: "leaf-03", portId: { subtype: "Ifname", value: "Eth9" } };
  assertEquals(changed((facts) => facts.neighbours!.push(come)), ["eth2: switch port leaf-03 Eth9 new"]);
  assertEquals(
    changed((facts) => neighbour(facts).systemDescription = "NX-OS 10"),
    ["eth1: neighbour.systemDescription: NX-OS 9 -> NX-OS 10"],
  );
});

Deno.test("describeChanges() names fields of NICs, flags, and whole sections", () => {
  assertEquals(
    changed((facts) => {
      facts.nics![0]!.carrier = false;
      facts.nics![0]!.addresses!.push({ family: "IPv4", address: "192.0.2.1", prefixLength: 24, scope: "global" });
      facts.cpu!.flags = ["fpu", "avx"];
      facts.tpm = { version: "2.0" };
    }),
    ["cpu.flags: -vmx +avx", "nic eth1: carrier: true -> false", "nic eth1: address 192.0.2.1 new", "tpm new"],
  );
});

Deno.test("describeChanges() comes to an end", () => {
  const lines = changed((facts) => {
    facts.disks = Array.from({ length: 500 }, (_, i) => ({ name: `sd${i}` }));
  });
  assertEquals(lines.length, 31);
  assertEquals(lines.at(-1), "and 470 changes more");
});
