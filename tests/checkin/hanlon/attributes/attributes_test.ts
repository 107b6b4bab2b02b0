import { assert, assertEquals, assertLess } from "@std/assert";
import {
  attributesOf,
  explainedAttributes,
  type Json,
  stableAttributes,
} from "../../../../checkin/hanlon/attributes/mod.ts";
import { cleanKey, fieldKey } from "../../../../checkin/hanlon/attributes/attribute.ts";
import { oldNameFinder, oldNames } from "../../../../checkin/hanlon/attributes/names.ts";
import { compilePattern } from "../../../../checkin/config/pattern.ts";
import { resolve } from "../../../../collectors/facts/path.ts";
import type { Facts } from "../../../../collectors/facts/mod.ts";
import { openReplay } from "../../../../collectors/host/replay.ts";
import { collect, type Collection } from "../../../../collectors/mod.ts";
import { DEFAULT_CLIENT_CONFIG } from "../../../hanlon_server.ts";
import { type HanlonNode, refusedKey, tagsOf } from "../../../hanlon_server/nodes.ts";
import { bigServer, someCollection, treeOf } from "../../some_facts.ts";

const DEFAULT_PATTERN = compilePattern(DEFAULT_CLIENT_CONFIG.mk_fact_excl_pattern as string);

async function recorded(name: string): Promise<Collection> {
  return await collect(
    await openReplay(new URL(`../../../fixtures/bundles/${name}`, import.meta.url).pathname),
    "0.0.0",
  );
}

Deno.test("fieldKey() makes the old agent's keys", () => {
  assertEquals(fieldKey(" 802.1q VLAN ID "), "8021q_VLAN_ID");
  assertEquals(fieldKey("CPU   op-mode(s)"), "CPU_op-mode(s)");
  assertEquals(fieldKey("Source/Type \\ x"), "Source_Type___x");
  assertEquals(fieldKey("# of sockets"), "number_of_sockets");
});

Deno.test("cleanKey() deletes what the old agent deleted, and what a store refuses", () => {
  assertEquals(cleanKey("CPU_op-mode(s)"), "CPU_op-modes");
  assertEquals(cleanKey("a!@#$%^&*()=+[]{}b.c\0d"), "abcd");
  assertEquals(cleanKey("mk_hw_disk0_bus_info"), "mk_hw_disk0_bus_info");
});

/** Everything that comes from outside has a name that a store or JavaScript may trip over. */
function hostileMachine(name: string): Collection {
  const facts: Partial<Facts> = {
    identity: { uuidSource: "none", macs: ["02:00:00:00:00:01"], hostname: name },
    nics: [{
      name,
      physical: true,
      mac: "02:00:00:00:00:01",
      mtu: 1500,
      bond: name,
      permanentMac: "02:00:00:00:00:02",
    }],
    interfaces: [{
      name: `${name}2`,
      kind: name,
      addresses: [{ family: "IPv4", address: "10.0.0.1", prefixLength: 8, scope: "" }],
    }],
    disks: [{ name, path: `/dev/${name}`, hctl: "0:0:0:0", sizeBytes: 1, vendor: name, model: name }],
    partitions: [{ name, disk: name, sizeBytes: 512, label: name }],
    neighbours: [{ interface: name, systemName: name, vlans: [{ id: 1, name }] }],
    os: { hardwareModel: name, distribution: { id: name, name, version: name } },
  };
  const fields = [{ name, value: name }];
  return someCollection(facts, {
    lscpu: { fields: [...fields, { name: "Model", value: name }] },
    ipmitool: {
      fields,
      channels: [{ number: 1, fields }],
      frus: [{ id: 0, description: name, fields: [...fields, { name, value: "again" }] }],
    },
    lshw: treeOf({ id: name, class: name, claimed: true, configuration: fields, logicalNames: [name] }),
  });
}

Deno.test("attributesOf() has no key that a store of the server refuses, whatever things are called", () => {
  for (
    const name of [
      "eth0.100",
      "$eth",
      "a$b.c",
      "__proto__",
      "constructor",
      "a\0b",
      ".",
      "",
      "a]b[c{d}",
      "é".repeat(300),
    ]
  ) {
    const attributes = attributesOf(hostileMachine(name));
    assertEquals(refusedKey(attributes as Json), undefined, name);
    assertEquals(JSON.parse(JSON.stringify(attributes)), attributes, name);
    assert(!JSON.stringify(Object.keys(attributes)).includes("\\u0000"), name);
  }
  const { partitions } = attributesOf(hostileMachine("a$b.c"));
  assertEquals(Object.keys(partitions as Record<string, Json>), ["abc"]);
  // A name that JavaScript itself knows is one like any other.
  assertEquals(attributesOf(hostileMachine("__proto__"))["macaddress___proto__"], "02:00:00:00:00:02");
});

Deno.test("attributesOf() tries mk_fact_excl_pattern on Facter's names alone, before they are cleaned", () => {
  const machine = hostileMachine("eth0");
  const all = Object.keys(attributesOf(machine));
  const left = Object.keys(attributesOf(machine, /./));
  assert(left.length > 5 && left.every((name) => /^mk_(hw|ipmi)_/.test(name)), left.join());
  assertEquals(left, all.filter((name) => /^mk_(hw|ipmi)_/.test(name)));
  assert(!("macaddress_eth0" in attributesOf(machine, /^macaddress_/)));
});

Deno.test("attributesOf() keeps every name of section 7 with the server's default pattern", async () => {
  const machine = await recorded("dell");
  assertEquals(Object.keys(attributesOf(machine, DEFAULT_PATTERN)), Object.keys(attributesOf(machine)));
});

Deno.test("attributesOf() has the JSON types of Facter and of the old agent", async () => {
  const attributes = attributesOf(await recorded("dell"));
  const numbers = /^(blockdevice_.*_size|mtu_.*|processorcount|physicalprocessorcount|lldp_neighbor_pvid_.*)$/;
  const objects = /^(os|processors|partitions)$/;
  for (const [name, value] of Object.entries(attributes)) {
    const type = numbers.test(name)
      ? "number"
      : objects.test(name)
      ? "object"
      : name === "is_virtual"
      ? "boolean"
      : "string";
    assertEquals(typeof value, type, name);
    assert(value !== "", name);
  }
});

Deno.test("stableAttributes() is without what changes by itself", async () => {
  const machine = await recorded("dell");
  const stable = stableAttributes(machine);
  assertEquals(Object.keys(attributesOf(machine)).filter((name) => !(name in stable)), [
    "mk_hw_cpu0_size",
    "mk_hw_cpu1_size",
  ]);
  const older = someCollection({}, { lscpu: { fields: [{ name: "CPU MHz", value: "2199.513" }] } });
  assertEquals(attributesOf(older), { mk_hw_lscpu_CPU_MHz: "2199.513" });
  assertEquals(stableAttributes(older), {});
});

Deno.test("attributesOf() of a big server stays under 2 MB", () => {
  const attributes = attributesOf(bigServer(), DEFAULT_PATTERN);
  assertEquals(attributes["mk_hw_nic_count"], "64");
  assertEquals(attributes["mk_hw_disk_count"], "200");
  assertEquals(attributes["mk_hw_mem_slot_count"], "48");
  assertLess(new TextEncoder().encode(JSON.stringify(attributes)).length, 2_000_000);
  assertEquals(refusedKey(attributes as Json), undefined);
});

Deno.test("explainedAttributes() names facts that are there", async () => {
  for (const machine of [await recorded("dell"), await recorded("wide"), bigServer()]) {
    for (const { name, from: { facts = [], words = [] } } of explainedAttributes(machine)) {
      const there = facts.filter((path) => resolve(machine.facts, path) !== undefined);
      assert(there.length > 0 || facts.length === 0, `${name}: ${facts}`);
      assert(facts.length > 0 || words.some(({ lines }) => lines.length > 0), name);
    }
  }
});

Deno.test("oldNames() has every name that attributesOf() gives, and each one once", async () => {
  const names = [...oldNames()].map(({ name }) => name);
  const oldNameOf = oldNameFinder();
  assertEquals(new Set(names).size, names.length);
  for (const machine of [await recorded("dell"), await recorded("wide"), bigServer()]) {
    for (const name of Object.keys(attributesOf(machine))) assert(oldNameOf(name), name);
  }
  for (const name of ["mk_hw_disk0_vendor", "mk_hw_disk_size", "mk_ipmi", "memoryfree", "swapsize"]) {
    assertEquals(oldNameOf(name), undefined, name);
  }
});

function tags(machine: Collection): string[] {
  const attributes = attributesOf(machine, DEFAULT_PATTERN) as HanlonNode["attributes"];
  return tagsOf({ id: "1", version: 1, hwIds: [], attributes, lastState: "idle", lastContact: 0 }, []);
}

Deno.test("attributesOf() has what each of the server's own tags needs", async () => {
  assertEquals(tags(await recorded("dell")), ["cpus_2", "DellInc", "memsize_64GiB", "nics_3", "unknown_vm"]);
  assertEquals(tags(await recorded("wide")).filter((tag) => /^(cpus|nics)_/.test(tag)), ["cpus_1", "nics_24"]);
  const kvm = someCollection({ virtualization: { virtual: true, type: "kvm" } });
  assertEquals(tags(kvm), ["kvm_vm"]);
  assertEquals(tags(someCollection({ virtualization: { virtual: false, type: "physical" } })), []);
});

Deno.test("attributesOf() has the BMC's address, which the server's power control uses", async () => {
  assertEquals(attributesOf(await recorded("dell"))["mk_ipmi_IP_Address"], "10.20.30.40");
});

Deno.test("attributesOf() of a machine of which nothing is known is empty", () => {
  assertEquals(attributesOf(someCollection()), {});
});
