/** lldptool, lldpad and lldpd as they are. */
import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import type { CollectContext } from "../../../../collectors/tools/collector.ts";
import { type LldpFacts, lldptoolCollector, startLldpad } from "../../../../collectors/tools/lldptool/mod.ts";
import { waitFor, whyNoLab, withLab } from "./lab.ts";
import { slowness } from "../../../load.ts";

const why = await whyNoLab();
if (why) console.log(`skipped: lldptool with lldpad and lldpd: ${why}`);

function context(): CollectContext<LldpFacts> {
  return { signal: new AbortController().signal, partial: () => {} };
}

/** The collector with nothing but asking. */
const asking = lldptoolCollector({ listenSeconds: 0 });

const TOR = [
  'configure system hostname "tor-a1.lab.example"',
  'configure system description "Arista Networks EOS version 4.20.1F running on an Arista Networks DCS-7050TX-64"',
  'configure ports sw0 lldp portidsubtype local "Ethernet1/7"',
  'configure ports sw0 lldp portdescription "r07u12 eth0 [prod] desc: uplink, VLAN 100"',
  "configure ports sw0 lldp custom-tlv oui 00,80,c2 subtype 1 oui-info 00,64",
  "configure ports sw0 lldp custom-tlv add oui 00,80,c2 subtype 3 oui-info 00,64,04,70,72,6f,64",
  "configure ports sw0 lldp custom-tlv add oui 00,12,0f subtype 4 oui-info 23,28",
];

Deno.test({ name: "lldptoolCollector() says that no lldpad answers", ignore: why !== undefined }, async () => {
  await withLab(1, async ({ host }) => {
    const { status, error, value } = await asking.collect(host, context());
    assertEquals([status, error], ["skipped", "no lldpad answers; --lldp SECONDS starts one"]);
    assertEquals(value, { neighbours: [], verdicts: [{ interface: "eth0", verdict: "lldpadUnavailable" }] });
  });
});

Deno.test(
  { name: "lldptoolCollector() listens, hears, and leaves no lldpad behind", ignore: why !== undefined },
  async () => {
    await withLab(3, async ({ host, setLink, speak, inside, processes }) => {
      await inside("ip", "link", "set", "eth2", "down");
      await setLink("eth1", { carrier: "0" });
      await setLink("eth2", { flags: "0x1002" });
      await speak(["eth0"], TOR);
      const began = performance.now();
      const { status, error, value, version, unparsed } = await lldptoolCollector({ listenSeconds: 15 }).collect(
        host,
        context(),
      );

      // It ends when all have been heard that can be.
      assertLess(performance.now() - began, 10_000 * slowness());
      assertEquals([status, error, unparsed], ["ok", undefined, undefined]);
      assertGreater(version!.length, 0);
      assertEquals(value?.verdicts.map(({ interface: name, verdict }) => [name, verdict]), [
        ["eth0", "neighbour"],
        ["eth1", "noCarrier"],
        ["eth2", "linkDown"],
      ]);
      const [neighbour] = value!.neighbours;
      assertEquals(neighbour?.interface, "eth0");
      assertEquals(neighbour?.chassisId, { subtype: "MAC", value: "52:54:00:0b:00:00" });
      assertEquals(neighbour?.portId, { subtype: "Local", value: "Ethernet1/7" });
      assertEquals(neighbour?.systemName, "tor-a1.lab.example");
      assertEquals(neighbour?.portDescription, "r07u12 eth0 [prod] desc: uplink, VLAN 100");
      assertEquals([neighbour?.pvid, neighbour?.vlans, neighbour?.maxFrameBytes], [
        100,
        [{ id: 100, name: "prod" }],
        9000,
      ]);
      assertEquals(neighbour?.med?.deviceType, "netcon");

      assertEquals(await processes(), []);
      assert(/\beth2\b.*\bstate DOWN\b/.test(await inside("ip", "-o", "link", "show", "eth2")), "eth2 was set up");
    });
  },
);

Deno.test(
  { name: "lldptoolCollector() gives up listening after the seconds it was given", ignore: why !== undefined },
  async () => {
    await withLab(1, async ({ host, processes }) => {
      const began = performance.now();
      const { status, value } = await lldptoolCollector({ listenSeconds: 1 }).collect(host, context());
      assertLess(performance.now() - began, 4000 * slowness());
      assertEquals([status, value?.verdicts.map(({ verdict }) => verdict)], ["ok", ["nothingHeard"]]);
      assertEquals(await processes(), []);
    });
  },
);

Deno.test(
  { name: "lldptoolCollector() ends its lldpad when it is given up itself", ignore: why !== undefined },
  async () => {
    await withLab(1, async ({ host, inside, processes }) => {
      for (const afterMs of [10, 20, 40, 80, 160, 500]) {
        const signal = AbortSignal.timeout(afterMs);
        await lldptoolCollector({ listenSeconds: 60 }).collect(host, { ...context(), signal });
        assertEquals(await processes(), [], `given up after ${afterMs} ms`);
      }
      const giveUp = new AbortController();
      const collected = lldptoolCollector({ listenSeconds: 60 }).collect(host, { ...context(), signal: giveUp.signal });
      await waitFor(() => inside("lldptool", "-p").catch(() => undefined));
      giveUp.abort();
      await collected;
      assertEquals(await processes(), []);
    });
  },
);

Deno.test({
  name: "lldptoolCollector() asks an lldpad of others, and changes nothing there",
  ignore: why !== undefined,
}, async () => {
  await withLab(2, async ({ host, inside, speak, startForeignLldpad, processes }) => {
    const pid = await startForeignLldpad();
    await inside("lldptool", "set-lldp", "-i", "eth0", "adminStatus=rx");
    await speak(["eth0", "eth1"]);
    const status = async () => await inside("lldptool", "get-lldp", "-i", "eth1", "adminStatus");
    assertEquals(await status(), "adminStatus=disabled\n");
    const value = await waitFor(async () => {
      const { value } = await lldptoolCollector({ listenSeconds: 5 }).collect(host, context());
      return value?.neighbours.length ? value : undefined;
    });
    assertEquals(value.verdicts, [
      { interface: "eth0", verdict: "neighbour" },
      { interface: "eth1", verdict: "notEnabled" },
    ]);
    assertEquals(await status(), "adminStatus=disabled\n");
    assertEquals(await startLldpad(host), undefined);
    assertEquals(await processes(), [pid]);
  });
});

Deno.test({ name: "lldptoolCollector() gives up an lldpad that is frozen", ignore: why !== undefined }, async () => {
  await withLab(2, async ({ host, startForeignLldpad }) => {
    const pid = await startForeignLldpad();
    Deno.kill(pid, "SIGSTOP");
    const began = performance.now();
    const { status, value } = await lldptoolCollector({ listenSeconds: 1 }).collect(host, context());
    assertLess(performance.now() - began, 6000 * slowness());
    assertEquals(status, "timeout");
    assertEquals(value?.verdicts.map(({ verdict }) => verdict), ["lldpadUnavailable", "lldpadUnavailable"]);
  });
});

Deno.test(
  { name: "startLldpad() listens at NICs that come up later, and for how long", ignore: why !== undefined },
  async () => {
    await withLab(2, async ({ host, inside, setLink, speak, processes }) => {
      let now = 0;
      await inside("ip", "link", "set", "eth1", "down");
      await setLink("eth1", { flags: "0x1002" });
      const lldpad = await startLldpad(host, { clock: () => now });
      assert(lldpad);
      try {
        now = 30_000;
        assertEquals([lldpad.listenedSeconds("eth0"), lldpad.listenedSeconds("eth1")], [30, undefined]);
        await inside("ip", "link", "set", "eth1", "up");
        await setLink("eth1", {});
        await speak(["eth0", "eth1"]);
        const collector = lldptoolCollector({ listenSeconds: 0, lldpad });
        const { verdicts } = await waitFor(async () => {
          const { value } = await collector.collect(host, context());
          return value?.neighbours.length === 2 ? value : undefined;
        });
        assertEquals(verdicts, [
          { interface: "eth0", verdict: "neighbour", listenedSeconds: 30 },
          { interface: "eth1", verdict: "neighbour", listenedSeconds: 0 },
        ]);
      } finally {
        await lldpad.stop();
      }
      assertEquals(await processes(), []);
    });
  },
);

Deno.test(
  { name: "lldptoolCollector() forgets a neighbour with its cable, which lldpad does not", ignore: why !== undefined },
  async () => {
    await withLab(2, async ({ host, inside, plug, speak }) => {
      const lldpad = await startLldpad(host);
      assert(lldpad);
      try {
        await speak(["eth0", "eth1"]);
        const collector = lldptoolCollector({ listenSeconds: 0, lldpad });
        const heardAt = (nics: string[]) =>
          waitFor(async () => {
            const { value } = await collector.collect(host, context());
            return `${value?.neighbours.map((neighbour) => neighbour.interface)}` === `${nics}` ? value : undefined;
          });
        await heardAt(["eth0", "eth1"]);
        await plug("eth0", false);
        const { verdicts } = await heardAt(["eth1"]);
        assertEquals(verdicts.map(({ verdict }) => verdict), ["noCarrier", "neighbour"]);
        assertMatch(await inside("lldptool", "get-tlv", "-n", "-i", "eth0"), /Chassis ID/);
        await plug("eth0", true);
        await heardAt(["eth0", "eth1"]);
      } finally {
        await lldpad.stop();
      }
    });
  },
);

Deno.test(
  { name: "startLldpad() says that lldpad has ended, and starts it again later", ignore: why !== undefined },
  async () => {
    await withLab(1, async ({ host, processes }) => {
      let now = 0;
      const lldpad = await startLldpad(host, { clock: () => now });
      assert(lldpad);
      try {
        const collector = lldptoolCollector({ listenSeconds: 0, lldpad });
        for (const pid of await processes()) Deno.kill(pid, "SIGKILL");
        await waitFor(async () => (await processes()).length === 0 ? true : undefined);
        const dead = await collector.collect(host, context());
        assertEquals(dead.status, "failed");
        assertMatch(dead.error!, /^lldpad has ended/);
        const stillDead = await collector.collect(host, context());
        assertEquals([stillDead.status, stillDead.error], ["failed", "lldpad has ended (exit code 137)"]);
        assertEquals(await processes(), []);

        now = 300_000;
        const again = await collector.collect(host, context());
        assertEquals(again.error, "lldpad has ended (exit code 137), and was started again");
        assertEquals((await processes()).length, 1);
        assertEquals((await collector.collect(host, context())).status, "ok");
      } finally {
        await lldpad.stop();
      }
      assertEquals(await processes(), []);
    });
  },
);
