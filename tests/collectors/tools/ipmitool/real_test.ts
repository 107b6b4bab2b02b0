/** ipmitool as it is, against OpenIPMI's ipmi_sim: over RMCP+, since there is no /dev/ipmi0 here. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Collected } from "../../../../collectors/tools/collector.ts";
import type { Bmc, BmcChannel } from "../../../../collectors/tools/ipmitool/types.ts";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { ipmitoolCollector } from "../../../../collectors/tools/ipmitool/mod.ts";
import { type BmcSimulator, startBmc } from "../../../node/bmc.ts";
import { which } from "../../../node/command.ts";
import type { MachineBmc } from "../../../node/machine.ts";
import { freePort } from "../../../node/ports.ts";
import { withFolder, writeTool } from "../../host/support.ts";

const why = await which("ipmi_sim") === undefined
  ? "ipmi_sim is not installed (package openipmi)"
  : await which("ipmitool") === undefined
  ? "ipmitool is not installed"
  : undefined;
if (why) console.log(`skipped: ipmitool with ipmi_sim: ${why}`);

const MACHINE: MachineBmc = {
  facts: { deviceId: 32, deviceRevision: 1, firmware: "3.15", manufacturerId: 674, productId: 256 },
  lan: {
    ip: "192.0.2.40",
    ipSource: "static",
    netmask: "255.255.255.0",
    mac: "d0:94:66:12:34:56",
    gateway: "192.0.2.1",
    gatewayMac: "00:00:5e:00:01:01",
  },
  fru: {
    chassis: { type: "Rack Mount Chassis", partNumber: "0YWR7D", serialNumber: "B5R4NK2" },
    board: {
      manufacturedAt: "2019-06-22T09:18:00",
      manufacturer: "DELL",
      productName: "PowerEdge R740",
      serialNumber: "CNIVC0088D0123",
      partNumber: "0923K0A03",
    },
    product: {
      manufacturer: "DELL",
      productName: "PowerEdge R740",
      version: "01",
      serialNumber: "B5R4NK2",
      assetTag: "HNL-000123",
    },
  },
  sensors: [{ name: "Inlet Temp", celsius: 22 }],
};

interface Lab {
  bmc: BmcSimulator;
  /** Runs the collector with an ipmitool that talks to the simulator with these flags more. */
  collect(flags?: string): Promise<Collected<Bmc>>;
  /** The requests that were sent, as "netfn/command", and in the order of their first time. */
  requests(): Promise<string[]>;
  /** Runs ipmitool against the simulator, whatever it writes. */
  ipmitool(...args: string[]): Promise<void>;
}

async function withBmc(machine: MachineBmc, test: (lab: Lab) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    for (const name of ["sim", "bin", "dev"]) await Deno.mkdir(join(folder, name));
    await Deno.writeTextFile(join(folder, "dev/ipmi0"), "");
    const [vmPort, lanPort] = [await freePort("tcp"), await freePort("udp")];
    const bmc = await startBmc(machine, join(folder, "sim"), { vmPort, lanPort });
    const wrapper = join(folder, "bin/ipmitool"), log = join(folder, "requests");
    const write = async (flags: string) => {
      const command = `${await which(
        "ipmitool",
      )} -I lanplus -C 3 -H 127.0.0.1 -p ${lanPort} -U root -P calvin ${flags}`;
      // With -vvvv it logs each request on stderr, and on stdout lines that begin with "<<".
      const isLogged = flags.includes("-vvvv");
      const script = `${command} "$@" 2>>${log} >"$0.out"; code=$?; grep -v '^<<' "$0.out"; exit $code`;
      await writeTool(wrapper, isLogged ? script : `exec ${command} "$@"`);
    };
    const host = createLocalHost({ roots: { dev: join(folder, "dev") }, path: `${join(folder, "bin")}:/usr/bin:/bin` });
    try {
      await test({
        bmc,
        collect: async (flags = "-N 1 -R 2") => {
          await write(flags);
          const context = { signal: new AbortController().signal, partial: () => {} };
          return await ipmitoolCollector({ includeSecrets: false }).collect(host, context);
        },
        requests: async () => requestsIn(await Deno.readTextFile(log)),
        ipmitool: async (...args) => {
          await write("-N 1 -R 2 -vvvv");
          await new Deno.Command(wrapper, { args, stdout: "null" }).output();
        },
      });
    } finally {
      await bmc.stop();
    }
  });
}

function requestsIn(log: string): string[] {
  const all = log.matchAll(/^>> {4}netfn {3}: 0x([0-9a-f]{2})\n>> {4}command : 0x([0-9a-f]{2})$/gm);
  return [...new Set([...all].map(([, netFn, command]) => `${netFn}/${command}`))];
}

/** IPMI 2.0, appendix G: the commands that read, and those that make a session of RMCP+, by network function. */
const READING = new Map([
  ["00/01", "Get Chassis Status"],
  ["06/37", "Get System GUID"],
  ["06/44", "Get User Access"],
  ["06/46", "Get User Name"],
  ["0a/40", "Get SEL Info"],
  ["0a/42", "Reserve SEL"],
  ["0a/43", "Get SEL Entry"],
  ["06/38", "Get Channel Authentication Capabilities"],
  ["06/3b", "Set Session Privilege Level"],
  ["06/3c", "Close Session"],
  ["06/01", "Get Device ID"],
  ["06/41", "Get Channel Access"],
  ["06/42", "Get Channel Info"],
  ["0a/10", "Get FRU Inventory Area Info"],
  ["0a/11", "Read FRU Data"],
  ["0a/20", "Get SDR Repository Info"],
  ["0a/22", "Reserve SDR Repository"],
  ["0a/23", "Get SDR"],
  ["0c/02", "Get LAN Configuration Parameters"],
  ["2c/00", "PICMG: Get Properties"],
  ["2c/3e", "HPM.x: Get Capabilities"],
]);

Deno.test({ name: "ipmitoolCollector() reads a BMC", ignore: why !== undefined }, async () => {
  await withBmc(MACHINE, async ({ collect }) => {
    const { status, error, version, unparsed, value } = await collect();
    assertEquals([status, error, unparsed], ["ok", undefined, undefined]);
    assert(version);
    const { deviceId, deviceRevision, firmware, manufacturerId, productId } = value!;
    assertEquals({ deviceId, deviceRevision, firmware, manufacturerId, productId }, MACHINE.facts);
    const [{ fields, ...channel }, ...others] = value!.channels! as [BmcChannel, ...BmcChannel[]];
    const { ipSource: _, ...lan } = MACHINE.lan;
    assertEquals(channel, { number: 1, medium: "802.3 LAN", ipSource: "Static Address", ...lan });
    assert(fields && !JSON.stringify(fields).includes("Community"));
    assertEquals(others, []);
    const [{ chassis, board, product } = {}] = value!.frus!;
    assertEquals({ chassis, board, product }, MACHINE.fru);
  });
});

/** Add SEL Entry (IPMI 2.0, 31.6): a temperature above its threshold, an OEM record. */
const EVENTS = [
  [0, 0, 2, 0, 0, 0, 0, 0x20, 0, 4, 1, 1, 1, 0x57, 0x55, 0x50],
  [0, 0, 0xe1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
];

Deno.test({ name: "ipmitoolCollector() reads the state of a BMC", ignore: why !== undefined }, async () => {
  for (const sensors of [MACHINE.sensors, []]) {
    await withBmc({ ...MACHINE, sensors }, async ({ collect, ipmitool }) => {
      assertEquals((await collect()).value?.events, []);
      for (const octets of EVENTS) await ipmitool("raw", "0x0a", "0x44", ...octets.map(String));
      const { status, unparsed, value } = await collect();
      assertEquals([status, unparsed, value?.unread], ["ok", undefined, undefined]);
      assertEquals(value?.guid?.guid?.length, 36);
      assertEquals([value?.chassis?.power, value?.chassis?.intrusion], ["off", false]);
      assertEquals(value?.sel?.entries, 2);
      // Without an SDR the sensor has no name.
      const sensor = sensors.length > 0 ? "Temperature Inlet Temp" : "Temperature #0x01";
      assertEquals(value?.events?.map(({ id, sensor, asserted }) => ({ id, sensor, asserted })), [
        { id: 1, sensor, asserted: true },
        { id: 2, sensor: undefined, asserted: undefined },
      ]);
      assertEquals(value?.users?.map(({ id, name, privilege }) => [id, name, privilege]), [
        [1, undefined, "USER"],
        [2, "root", "ADMINISTRATOR"],
      ]);
      assertEquals(JSON.stringify(value).includes("calvin"), false);
    });
  }
});

Deno.test({ name: "ipmitoolCollector() writes nothing to a BMC", ignore: why !== undefined }, async () => {
  for (const sensors of [MACHINE.sensors, []]) {
    await withBmc({ ...MACHINE, sensors }, async ({ collect, requests, ipmitool }) => {
      await ipmitool("raw", "0x0a", "0x44", ...EVENTS[0]!.map(String));
      const { status, value } = await collect("-N 1 -R 2 -vvvv");
      assertEquals([status, value?.channels?.length, value?.frus?.length], ["ok", 1, 1]);
      const sent = await requests();
      // Add SEL Entry: that was this test.
      assertEquals(sent.filter((request) => !READING.has(request)), ["0a/44"]);
      assert(sent.includes("0a/43"), "the log was read");
      assert(sent.includes("0a/20"), "the SDR repository was not looked at");
      assertEquals(sent.includes("0a/23"), sensors.length > 0, "the SDRs were read");
      if (sensors.length > 0) return;
      // What it leaves alone: this writes.
      await ipmitool("fru", "print");
      assertEquals((await requests()).filter((request) => !READING.has(request)), ["0a/44", "0a/27", "04/20"]);
    });
  }
});

Deno.test({ name: "ipmitoolCollector() gives up a BMC that is frozen", ignore: why !== undefined }, async () => {
  await withBmc(MACHINE, async ({ bmc, collect }) => {
    bmc.freeze();
    const { status, error, value } = await collect("-N 1 -R 1");
    assertEquals([status, value], ["failed", undefined]);
    assertStringIncludes(error!, "Unable to establish");
    bmc.thaw();
    assertEquals((await collect()).status, "ok");
  });
});
