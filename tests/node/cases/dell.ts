import { assert, assertEquals, assertGreaterOrEqual, assertMatch } from "@std/assert";
import type { Facts } from "../../../collectors/facts/mod.ts";
import type { Status } from "../../../checkin/state/mod.ts";
import { expectationsOf } from "../expected.ts";
import { dell } from "../machines/dell.ts";
import { CHECKIN_INTERVAL, imageHere, type WatchedNode, watchNode } from "../watch.ts";

const image = await imageHere();

Deno.test({ name: "a server with everything in it", ignore: !image }, async (t) => {
  await using watched = await watchNode(dell, { image: image!, timeLimitMs: 800_000 });
  const { node, server, until, deliveries, delivered, wholeFacts, quiet, change } = watched;
  const { run, vm } = node;
  const uuid = dell.firmwareFacts.system!.uuid!.toUpperCase();
  const nic = dell.nics[1]!;
  const port = nic.wire.kind === "switch" ? nic.wire.port : undefined;
  const hears = (facts: Facts) => facts.neighbours?.length === 1;

  await t.step("its facts are what the description says", async (t) => {
    const facts = await wholeFacts(hears);
    for (const { name, actual, expected } of expectationsOf(dell)) {
      await t.step(name, () => assertEquals(actual(facts), expected));
    }
    // A note would say that something had to stand in for what should have answered.
    for (const [name, { status, unparsed, notes }] of Object.entries(facts.sources)) {
      await t.step(`${name} has answered`, () => assertEquals([status, unparsed, notes], ["ok", undefined, undefined]));
    }
  });

  await t.step("it registers under its UUID, with the tags that the server makes of its facts", async () => {
    await until("a registration", () => server.nodes[0]?.attributes["lldp_neighbor_sysname_eth1"]);
    assertEquals(server.nodes.map(({ hwIds }) => hwIds), [[uuid]]);
    assertEquals(server.tags(server.nodes[0]!).slice(0, 5), [uuid, "cpus_2", "DellInc", "memsize_64GiB", "nics_3"]);
    assertEquals(server.nodes[0]!.attributes["mk_ipmi_IP_Address"], dell.bmc!.lan.ip);
    assertEquals(server.nodes[0]!.attributes["mk_hw_disk_count"], "5");
  });

  await t.step("a pulled cable is reported, once, and nothing else", async () => {
    const isCut = (facts: Facts) => facts.nics?.find(({ name }) => name === nic.name)?.carrier === false;
    await quiet();
    try {
      const paths = await change(() => node.plug(nic.name, false), isCut);
      const ofTheNic = paths.filter((path) => path.startsWith(`nics.${nic.name}.`));
      assert(ofTheNic.includes("nics.eth1.carrier"));
      assertEquals(paths.filter((path) => !ofTheNic.includes(path)), ["neighbours.eth1", "lldp.eth1.verdict"]);
    } finally {
      const known = deliveries.length;
      await node.plug(nic.name, true);
      await delivered("the neighbour again", known, hears);
      await quiet();
    }
  });

  await t.step("another switch port is reported, once, and nothing else", async () => {
    const portId = { subtype: "Ifname", value: "Ethernet1/18" };
    const isMoved = (facts: Facts) => facts.neighbours?.[0]?.portId?.value === portId.value;
    const paths = await change(() => node.switches.get(nic.name)!.say({ ...port, portId }), isMoved);
    assertEquals(paths, ["neighbours.eth1.portId.value"]);
  });

  await t.step("it matches a spec made of it, and the server's tag says so", async () => {
    server.settings.tagRules.push({
      tag: "as_ordered",
      matchers: [{ key: "mk_spec_ok", compare: "equal", value: "true" }],
    });
    await quiet();
    await run("mkdir -p /tmp/specs && hnl_mk --make-spec --output /tmp/specs/dell.yaml");
    await until("a registration that says so", () => server.nodes[0]!.attributes["mk_spec_ok"] === "true");
    assertEquals(server.nodes[0]!.attributes["mk_spec"], "poweredge-r740");
    assert(server.tags(server.nodes[0]!).includes("as_ordered"));
  });

  await t.step("a disk that is pulled is reported, once, and the tag goes", async () => {
    const has = (facts: Facts) => facts.disks?.some(({ name }) => name === "sda");
    await quiet();
    const paths = await change(() => vm.monitor.execute("device_del", { id: "sda" }), (facts) => !has(facts));
    assertEquals(paths.filter((path) => !path.startsWith("spec.")), ["disks.sda"]);
    await until("a registration that says so", () => server.nodes[0]!.attributes["mk_spec_ok"] === "false");
    assertMatch(
      String(server.nodes[0]!.attributes["mk_spec_deviation0"]),
      /^disks: expected 1 × 600 GB.*, found 0 of 1$/,
    );
    assert(!server.tags(server.nodes[0]!).includes("as_ordered"));
    assertMatch(await run("hnl_mk --status"), /^ {2}\S+Z disk sda gone$/m);
  });

  await t.step("a BMC and an lshw that hang cost nothing but a warning, and the status says so", async () => {
    const tools = ["ipmitool", "lshw"];
    node.bmc!.freeze();
    await run(
      "mv /usr/sbin/lshw /root/ && printf '#!/bin/sh\nexec sleep 600\n' >/usr/sbin/lshw && chmod +x /usr/sbin/lshw",
    );
    await patient(watched, tools);
    await run("mv /root/lshw /usr/sbin/lshw");
    const thawed = vm.console.length;
    node.bmc!.thaw();
    for (const tool of tools) {
      await until(
        `${tool} again`,
        () => vm.console.slice(thawed).some((line) => line.includes(`${tool} answers again`)),
      );
    }
  });

  await t.step("it is well, and says so", async () => {
    // On a busy machine the next collection may lack something else.
    const status = await until("a status without a failing source", async () => {
      const status = await run("hnl_mk --status");
      return /^failing/m.test(status) ? undefined : status;
    });
    assertMatch(status, /^verdict +checks in$/m);
  });

  await t.step("it obeys a reboot, and is the same node afterwards", async () => {
    assertEquals(await watched.reboot(), [server.nodes[0]!.id]);
  });
});

/** Waits until the status names these tools; check-ins must go on all the while, and nothing be registered. */
async function patient({ node, until, checkins, registrations }: WatchedNode, tools: readonly string[]) {
  const [checked, registered, started] = [checkins().length, registrations().length, performance.now()];
  await until(`a status that names ${tools.join(" and ")}`, async () => {
    const { lastCollection } = JSON.parse(await node.run("cat /tmp/status.json")) as Status;
    return tools.every((tool) =>
      lastCollection!.failing.some(({ source, why }) =>
        source === tool && /^timeout; its facts of .* are kept/.test(why)
      )
    );
  });
  for (const tool of tools) {
    const warning = new RegExp(`WARN.*${tool}: timeout`);
    assert(node.vm.console.some((line) => warning.test(line)), `a warning of ${tool}`);
  }
  const intervals = Math.floor((performance.now() - started) / 1000 / CHECKIN_INTERVAL);
  assertGreaterOrEqual(checkins().length - checked, intervals - 1, `check-ins while ${tools.join(" and ")} hang`);
  assertEquals(registrations().length, registered);
}
