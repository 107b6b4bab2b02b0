import { assert, assertEquals, assertMatch } from "@std/assert";
import { changes, type Difference } from "../../../collectors/judge/diff.ts";
import { factsShape, type Shape } from "../../../collectors/judge/spec/names.ts";
import type { Facts } from "../../../collectors/facts/mod.ts";

const GIB = 2 ** 30;
const dimm = (locator: string, serialNumber: string, sizeBytes = 16 * GIB) => ({ locator, serialNumber, sizeBytes });

const FACTS: Facts = {
  schemaVersion: 2,
  agentVersion: "4.0.0",
  collectedAt: "2026-01-01T00:00:00Z",
  sources: {},
  identity: { uuidSource: "none", macs: [] },
  memory: { dimms: [dimm("A1", "S1"), dimm("A2", "S2"), dimm("A3", "S3")] },
  disks: [
    { name: "sda", path: "/dev/sda", serialNumber: "D1", hctl: "0:0:1:0", firmware: "1" },
    { name: "sdb", path: "/dev/sdb", serialNumber: "D2", hctl: "0:0:2:0", firmware: "1" },
  ],
  nics: [{ name: "eth0", physical: true, permanentMac: "02:00:00:00:00:01", carrier: true }],
  neighbours: [{ interface: "eth0", systemName: "leaf-01", portId: { subtype: "Ifname", value: "Ethernet1/17" } }],
};

function changed(change: (facts: Facts) => void): Difference[] {
  const after = structuredClone(FACTS);
  change(after);
  return changes(FACTS, after);
}

function texts(change: (facts: Facts) => void): string[] {
  return changed(change).map(({ kind, text }) => `${kind}: ${text}`);
}

Deno.test("changes() says that a DIMM known by its serial number moved", () => {
  assertEquals(changed((facts) => facts.memory!.dimms![2]!.locator = "A5"), [{
    kind: "moved",
    path: "memory.dimms[A5]",
    text: "dimm A3 moved to A5 (serial number S3)",
    before: "A3",
    after: "A5",
  }]);
  // Two that change places, and a third one in the place of the first.
  assertEquals(texts((facts) => facts.memory!.dimms = [dimm("A1", "S2"), dimm("A2", "S1"), dimm("A3", "S3")]), [
    "moved: dimm A1 moved to A2 (serial number S1)",
    "moved: dimm A2 moved to A1 (serial number S2)",
  ]);
  assertEquals(texts((facts) => facts.memory!.dimms = [dimm("A1", "S4"), dimm("A2", "S1"), dimm("A3", "S3")]), [
    "moved: dimm A1 moved to A2 (serial number S1)",
    "went: dimm A2 gone",
    "came: dimm A1 new",
  ]);
});

Deno.test("changes() takes a part for another where its serial number is not its alone", () => {
  const before = structuredClone(FACTS), after = structuredClone(FACTS);
  before.memory!.dimms = [dimm("A1", "X"), dimm("A2", "X")];
  after.memory!.dimms = [dimm("A3", "X"), dimm("A2", "X")];
  assertEquals(changes(before, after).map(({ text }) => text), ["dimm A1 gone", "dimm A3 new"]);
  assertEquals(texts((facts) => facts.memory!.dimms![0]!.serialNumber = "S9"), [
    "changed: dimm A1: serialNumber: S1 -> S9",
  ]);
});

Deno.test("changes() says of what moved only what is new besides its place", () => {
  assertEquals(
    texts((facts) => {
      Object.assign(facts.disks![0]!, { serialNumber: "D2" });
      Object.assign(facts.disks![1]!, { serialNumber: "D1", firmware: "2" });
    }),
    [
      "moved: disk sda moved to sdb (serial number D1)",
      "changed: disk sdb: firmware: 1 -> 2",
      "moved: disk sdb moved to sda (serial number D2)",
    ],
  );
  const usb = (address: string) => ({ ...FACTS, usb: [{ address, serialNumber: "U1" }] });
  assertEquals(changes(usb("1-2"), usb("1-4")).map(({ text }) => text), [
    "usb device 1-2 moved to 1-4 (serial number U1)",
  ]);
  assertEquals(texts((facts) => facts.nics![0]!.name = "eth1"), [
    "moved: nic eth0 moved to eth1 (MAC 02:00:00:00:00:01)",
  ]);
});

Deno.test("changes() tells what came, went and changed, with the values", () => {
  assertEquals(
    changed((facts) => {
      facts.disks!.pop();
      facts.nics![0]!.carrier = false;
      facts.tpm = { version: "2.0" };
      facts.neighbours![0]!.portId!.value = "Ethernet1/18";
    }),
    [
      {
        kind: "moved",
        path: "neighbours[eth0]",
        text: "eth0: switch port leaf-01 Ethernet1/17 -> Ethernet1/18",
        before: "leaf-01 Ethernet1/17",
        after: "leaf-01 Ethernet1/18",
      },
      { kind: "went", path: "disks[sdb]", text: "disk sdb gone", before: FACTS.disks![1] },
      {
        kind: "changed",
        path: "nics[eth0].carrier",
        text: "nic eth0: carrier: true -> false",
        before: true,
        after: false,
      },
      { kind: "came", path: "tpm", text: "tpm new", after: { version: "2.0" } },
    ],
  );
  assertEquals(changed(() => {}), []);
});

/** The names of the lists of objects in the schema. */
function listNames(shape: Shape, name = "", depth = 0): string[] {
  if (shape.kind === "list") return [name, ...listNames(shape.item(), name, depth)];
  return shape.kind !== "map" || depth > 6
    ? []
    : [...shape.fields].flatMap(([inner, of]) => UNSAID.has(inner) ? [] : listNames(of(), inner, depth + 1));
}

/** Judged or said in other words, or of no machine. */
const UNSAID = new Set("spec findings changes raw volatile sel logical neighbours".split(" "));

Deno.test("changes() names the entries of every list of the facts", () => {
  const lists = new Set(listNames(factsShape()));
  assert(lists.size > 20);
  const withList = (name: string, list: unknown[]) => ({ ...FACTS, chassis: { [name]: list } } as unknown as Facts);
  for (const name of lists) {
    const [change] = changes(withList(name, [{}]), withList(name, []));
    assertMatch(change!.text, /^[a-z ]+ number 1 gone$/, name);
  }
});
