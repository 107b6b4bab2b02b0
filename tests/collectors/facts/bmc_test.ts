/** The facts about a BMC and its machine. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { stableFacts } from "../../../collectors/facts/change.ts";
import { type Facts, factsOf } from "../../../collectors/facts/mod.ts";
import type { Bmc } from "../../../collectors/tools/ipmitool/types.ts";

const UUID = "4c4c4544-0042-3510-8052-b4c04f4e4b32";

function facts(bmc: Bmc, productUuid?: string): Facts {
  const source = { status: "ok", elapsedMs: 1 } as const;
  const collectedAt = "2026-01-01T12:00:00.000Z";
  return factsOf({
    ipmitool: { source, collectedAt, value: bmc },
    hostfs: { source, collectedAt, value: productUuid === undefined ? {} : { dmiIds: { product_uuid: productUuid } } },
  }, { agentVersion: "4.0.0", collectedAt: new Date(collectedAt), identity: { uuidSource: "none", macs: [] } });
}

Deno.test("bmc.guidIsSystemUuid knows the UUID of SMBIOS in every order of its bytes", () => {
  const isSame = (guid: string | undefined, uuid?: string) =>
    facts(guid === undefined ? { guid: {} } : { guid: { guid } }, uuid).bmc?.guidIsSystemUuid;
  // As it is, with the first groups turned, from its end, and both.
  for (
    const guid of [
      UUID,
      "44454c4c-4200-1035-8052-b4c04f4e4b32",
      "324b4e4f-c0b4-5280-1035-420044454c4c",
      "4f4e4b32-b4c0-8052-1035-420044454c4c",
    ]
  ) assertEquals(isSame(guid, UUID.toUpperCase()), true, guid);
  assertEquals(isSame("4c4c4544-0042-3510-8052-b4c04f4e4b33", UUID), false);
  assertEquals([isSame(UUID), isSame(undefined, UUID)], [undefined, undefined]);
  // One that thousands of boards have names none.
  assertEquals(isSame("03000200-0400-0500-0006-000700080009", "03000200-0400-0500-0006-000700080009"), undefined);
});

Deno.test("bmc.sel holds the log with its last events, and is no change of the machine", () => {
  const events = [{ id: 1, event: "Power Supply AC lost", sensor: "Power Supply #0x60", asserted: true }];
  const sel = { entries: 1, percentUsed: 1, fields: [{ name: "Entries", value: "1" }] };
  assertEquals(facts({ sel, events }).bmc?.sel, { entries: 1, percentUsed: 1, recent: events });
  assertEquals(facts({ events: [] }).bmc?.sel, { recent: [] });
  assertEquals(facts({ deviceId: 32 }).bmc, { deviceId: 32 });

  const of = (bmc: Bmc) => stableFacts(facts({ deviceId: 32, ...bmc }));
  assertEquals(of({ sel, events }), of({ sel: { entries: 2 }, events: [] }));
  assertNotEquals(of({ chassis: { intrusion: true } }), of({ chassis: { intrusion: false } }));
  assertNotEquals(of({ users: [] }), of({ users: [{ id: 2, name: "root" }] }));
});
