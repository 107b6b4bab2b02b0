import { assert, assertEquals, assertLess } from "@std/assert";
import {
  attributesOf,
  explainedAttributes,
  type Json,
  stableAttributes,
} from "../../../../checkin/hanlon/attributes/mod.ts";
import { cleanKey, fieldKey } from "../../../../checkin/hanlon/attributes/attribute.ts";
import { attributeNames, nameFinder } from "../../../../checkin/hanlon/attributes/names.ts";
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

Deno.test("attributeNames() has every name that attributesOf() gives, and each one once", async () => {
  const names = [...attributeNames()].map(({ name }) => name);
  const nameOf = nameFinder();
  assertEquals(new Set(names).size, names.length);
  for (const machine of [await recorded("dell"), await recorded("wide"), bigServer()]) {
    for (const name of Object.keys(attributesOf(machine))) assert(nameOf(name), name);
  }
  for (const name of ["mk_hw_disk0_vendor", "mk_hw_disk_size", "mk_ipmi", "memoryfree", "swapsize"]) {
    assertEquals(nameOf(name), undefined, name);
  }
});

Deno.test("attributesOf() has what a policy decides by and the old agent did not know, as texts", () => {
  const gpu = (address: string, vendor: string, product: string) => ({ address, vendor, product });
  const machine = someCollection({
    firmware: { bootMode: "uefi", secureBoot: false },
    tpm: { version: "2.0" },
    chassis: { location: "Bay 12", rack: "Rack_1", enclosure: { name: "Enclosure_2" }, bay: "12" },
    gpus: [
      gpu("0000:03:00.0", "ASPEED Technology, Inc.", "ASPEED Graphics Family"),
      gpu("0000:04:00.0", "Advanced Micro Devices, Inc. [AMD/ATI]", "ES1000"),
      gpu("0000:3b:00.0", "NVIDIA Corporation", "GH100 [H100 SXM5 80GB]"),
      { address: "0000:3c:00.0", vendorId: "10de", deviceId: "2330", class: "3D controller" },
      { address: "0000:3d:00.0", vendorId: "102b", deviceId: "0536" },
    ],
    infiniband: [
      { name: "mlx5_0/1", device: "mlx5_0", port: 1, linkLayer: "InfiniBand" },
      { name: "mlx5_1/1", device: "mlx5_1", port: 1, linkLayer: "Ethernet" },
    ],
    findings: [],
  });
  const own = [...explainedAttributes(machine)].filter(({ name }) => name.startsWith("mk_"));
  assertEquals(Object.fromEntries(own.map(({ name, value }) => [name, value])), {
    mk_boot_mode: "uefi",
    mk_secure_boot: "false",
    mk_tpm_version: "2.0",
    mk_location: "Bay 12",
    mk_rack: "Rack_1",
    mk_enclosure: "Enclosure_2",
    mk_bay: "12",
    mk_gpu_count: "2",
    mk_gpu0: "NVIDIA Corporation GH100 [H100 SXM5 80GB]",
    mk_gpu1: "3D controller 10de:2330",
    mk_infiniband_count: "1",
    mk_errors: "0",
  });
  const nameOf = nameFinder();
  for (const { name, from } of own) {
    assert(nameOf(name)?.meaning, name);
    for (const path of from.facts!) assert(resolve(machine.facts, path) !== undefined, `${name}: ${path}`);
  }
  assertEquals(attributesOf(someCollection())["mk_gpu_count"], undefined);
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
