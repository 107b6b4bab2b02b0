import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  decideIdentity,
  isEmpty,
  type KeptIdentity,
  nodeIds,
  parseKeptIdentity,
} from "../../../checkin/hanlon/identity.ts";
import type { Identity } from "../../../collectors/facts/mod.ts";

const UUID = "4c4c4544-0042-3510-8052-cac04f4a3132";
const OTHER_UUID = "11111111-2222-4333-8444-555555555555";
const MACS = ["52:54:00:12:34:56", "52:54:00:12:34:57"];
const WITH_UUID: Identity = { uuid: UUID, uuidSource: "smbios", macs: MACS };
const WITHOUT_UUID: Identity = { uuidSource: "none", macs: MACS };

function kept(identity: Identity, bootId = "boot-1"): KeptIdentity {
  return { bootId, identity };
}

Deno.test("decideIdentity() takes what is read where nothing was kept, and keeps it", () => {
  assertEquals(decideIdentity(WITH_UUID, undefined, "boot-1"), {
    identity: WITH_UUID,
    keep: { bootId: "boot-1", identity: WITH_UUID },
    warnings: [],
  });
  assertEquals(decideIdentity(WITH_UUID, undefined, undefined).keep, { identity: WITH_UUID });
});

Deno.test("decideIdentity() stays with what was decided in this boot, whatever is read later", () => {
  const cases: [before: Identity, now: Identity][] = [
    [WITH_UUID, WITHOUT_UUID],
    [WITH_UUID, { ...WITH_UUID, uuid: OTHER_UUID }],
    [WITHOUT_UUID, WITH_UUID],
    [WITH_UUID, { ...WITH_UUID, macs: ["52:54:00:99:99:99"] }],
    [WITH_UUID, { uuidSource: "none", macs: [] }],
  ];
  for (const [before, now] of cases) {
    const { identity, keep, warnings } = decideIdentity(now, kept(before), "boot-1");
    assertEquals(identity, before);
    assertEquals(keep, kept(before));
    assertEquals(warnings.length, now.uuid === before.uuid ? 0 : 1);
  }
  const [warning] = decideIdentity(WITHOUT_UUID, kept(WITH_UUID), "boot-1").warnings;
  assertEquals(warning, `uuid: none is read now, but this boot goes on with ${UUID}`);
});

Deno.test("decideIdentity() keeps the uuid of an earlier boot of the same machine where none can be read", () => {
  const { identity, warnings } = decideIdentity(WITHOUT_UUID, kept(WITH_UUID, "boot-0"), "boot-1");
  assertEquals(identity, WITH_UUID);
  assertStringIncludes(warnings[0]!, "none can be read");
  // Nobody knows whether it is the same boot: as if it were not.
  assertEquals(decideIdentity(WITHOUT_UUID, { identity: WITH_UUID }, undefined).identity, WITH_UUID);
});

Deno.test("decideIdentity() takes what is read in another boot, and on another machine", () => {
  const next = { ...WITH_UUID, uuid: OTHER_UUID };
  assertEquals(decideIdentity(next, kept(WITH_UUID, "boot-0"), "boot-1").identity, next);
  const moved: Identity = { uuidSource: "none", macs: ["52:54:00:99:99:99"] };
  assertEquals(decideIdentity(moved, kept(WITH_UUID, "boot-0"), "boot-1").identity, moved);
});

Deno.test("decideIdentity() does not stay with an identity that no server takes", () => {
  const nothing: Identity = { uuidSource: "none", macs: [] };
  assertEquals(isEmpty(nothing), true);
  assertEquals(decideIdentity(WITHOUT_UUID, kept(nothing), "boot-1").identity, WITHOUT_UUID);
});

Deno.test("decideIdentity() takes the name that the host has now", () => {
  const { identity } = decideIdentity({ ...WITH_UUID, hostname: "late" }, kept(WITH_UUID), "boot-1");
  assertEquals(identity.hostname, "late");
});

Deno.test("nodeIds() names the node as the two requests do", () => {
  // Transcripts 03 and 33 of a Hanlon server: what it was sent, and matched.
  assertEquals(nodeIds(WITH_UUID), { uuid: UUID, macId: "525400123456_525400123457" });
  assertEquals(nodeIds(WITHOUT_UUID).uuid, "");
  assertEquals(nodeIds({ uuidSource: "none", macs: [] }), { uuid: "", macId: "" });
});

Deno.test("nodeIds() leaves out the MACs by uuid alone, where there is a uuid", () => {
  assertEquals(nodeIds(WITH_UUID, true), { uuid: UUID, macId: "" });
  assertEquals(nodeIds(WITHOUT_UUID, true), nodeIds(WITHOUT_UUID));
});

Deno.test("decideIdentity() keeps asking by uuid alone in the same boot, and no longer", () => {
  const alone = { ...kept(WITH_UUID), isUuidAlone: true };
  assertEquals(parseKeptIdentity(JSON.parse(JSON.stringify(alone))), alone);
  assertEquals(decideIdentity(WITH_UUID, alone, "boot-1").keep, alone);
  assertEquals(decideIdentity(WITH_UUID, alone, "boot-2").keep.isUuidAlone, undefined);
  assertEquals(
    decideIdentity(WITH_UUID, { identity: WITH_UUID, isUuidAlone: true }, undefined).keep.isUuidAlone,
    undefined,
  );
});

Deno.test("nodeIds() names no more MACs than the server's 10 KiB of request hold", () => {
  const macs = Array.from({ length: 5000 }, (_, i) => `52:54:00:00:${hex(i >> 8)}:${hex(i & 255)}`);
  const { macId } = nodeIds({ uuidSource: "none", macs });
  assertEquals(macId.split("_").length, 780);
  assertEquals(macId.length < 10_240 - 100, true);
});

Deno.test("parseKeptIdentity() gives back what was kept", () => {
  const others: Identity[] = [
    { ...WITH_UUID, hostname: "node17" },
    { ...WITH_UUID, macs: [] },
    { ...WITH_UUID, uuidSource: "kernel-command-line" },
  ];
  for (const identity of [WITH_UUID, WITHOUT_UUID, ...others]) {
    assertEquals(parseKeptIdentity(JSON.parse(JSON.stringify(kept(identity)))), kept(identity));
  }
});

Deno.test("parseKeptIdentity() gives nothing for what is no identity", () => {
  const broken: unknown[] = [
    null,
    1,
    "x",
    [],
    {},
    { identity: null },
    { identity: [] },
    { identity: { uuidSource: "none" } },
    { identity: { uuidSource: "none", macs: "52:54:00:12:34:56" } },
    { identity: { uuidSource: "none", macs: [...MACS, "52-54-00-12-34-56"] } },
    { identity: { uuidSource: "none", macs: [1] } },
    { identity: { uuidSource: "elsewhere", macs: [] } },
    { identity: { uuid: "03000200-0400-0500-0006-000700080009", uuidSource: "smbios", macs: [] } },
    { identity: { uuid: 5, uuidSource: "smbios", macs: [] } },
  ];
  for (const json of broken) assertEquals(parseKeptIdentity(json), undefined, JSON.stringify(json));
});

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
