/** The verdicts on the NICs. */
import { assertEquals } from "@std/assert";
import { stableFacts } from "../../../collectors/facts/change.ts";
import { type Facts, factsOf } from "../../../collectors/facts/mod.ts";
import type { LldpVerdict } from "../../../collectors/tools/lldptool/types.ts";

function factsWith(drivers: Record<string, string | undefined>, verdict: LldpVerdict["verdict"]): Facts {
  const source = { status: "ok", elapsedMs: 1 } as const;
  const collectedAt = "2026-01-01T12:00:00.000Z";
  const names = Object.keys(drivers);
  const nics = names.map((name) => ({
    name,
    physical: true,
    ...drivers[name] !== undefined && { driver: drivers[name] },
  }));
  return factsOf({
    lldptool: {
      source,
      collectedAt,
      value: { neighbours: [], verdicts: names.map((name) => ({ interface: name, verdict })) },
    },
    hostfs: { source, collectedAt, value: { nics } },
  }, { agentVersion: "4.0.0", collectedAt: new Date(collectedAt), identity: { uuidSource: "none", macs: [] } });
}

function hints(...of: Parameters<typeof factsWith>): (string | undefined)[] {
  return factsWith(...of).lldp!.map(({ hint }) => hint);
}

Deno.test("lldp[].hint names the setting of a NIC whose firmware has an LLDP agent, where nothing is heard", () => {
  const drivers = { eno1: "i40e", eno2: "ice", eno3: "bnxt_en", eno4: "igb", eno5: undefined };
  const [i40e, ice, bnxt, ...others] = hints(drivers, "nothingHeard");
  const own = "the NIC's own LLDP agent may keep the frames from the host: ";
  assertEquals(i40e, `${own}\`ethtool --set-priv-flags eno1 disable-fw-lldp on\` turns it off`);
  assertEquals(ice, `${own}\`ethtool --set-priv-flags eno2 fw-lldp-agent off\` turns it off`);
  assertEquals(bnxt?.startsWith(own), true);
  assertEquals(others, [undefined, undefined]);
  for (const verdict of ["neighbour", "noCarrier", "linkDown", "notEnabled", "lldpadUnavailable"] as const) {
    assertEquals(hints(drivers, verdict), Array(5).fill(undefined), verdict);
  }
});

Deno.test("sources.lldptool.notes has one note for all NICs of a driver", () => {
  const { sources } = factsWith({ eno1: "ice", eno2: "ice", eno3: "igb" }, "nothingHeard");
  assertEquals(sources.lldptool?.notes, [
    "nothing heard on eno1, eno2; the NIC's own LLDP agent may keep the frames from the host: " +
    "`ethtool --set-priv-flags NIC fw-lldp-agent off` turns it off",
  ]);
  assertEquals(factsWith({ eno1: "ice" }, "noCarrier").sources.lldptool?.notes, undefined);
});

Deno.test("stableFacts() leaves out what a verdict says to people", () => {
  const [ice, igb] = ["ice", "igb"].map((driver) => stableFacts(factsWith({ eno1: driver }, "nothingHeard")));
  assertEquals((ice as Facts).lldp, (igb as Facts).lldp);
  assertEquals((ice as Facts).lldp, [{ interface: "eno1", verdict: "nothingHeard" }]);
});
