/** What a real Ironic makes of what the agent sends: tests/ironic/install.sh installs one. */
import { assert, assertEquals } from "@std/assert";
import { loadFormat } from "../checkin/formats/mod.ts";
import { factsRequest } from "../checkin/hanlon/client.ts";
import type { Facts } from "../collectors/facts/mod.ts";
import { openReplay } from "../collectors/host/replay.ts";
import { join } from "@std/path";
import { recorded } from "./checkin/formats/machines.ts";
import { wholeMachine } from "./checkin/formats/whole_machine.ts";
import { type Ironic, startIronic, whyNoIronic } from "./ironic/server.ts";
import { goldens } from "./golden.ts";
import { type RunningDaemon, startDaemon } from "./ironic/daemon.ts";
import { tempFolder } from "./temp_folder.ts";

const why = whyNoIronic();
if (why !== undefined) console.log(`skipped: ${why}`);

/** Posts the document of `facts` by hand; the status. */
async function post(ironic: Ironic, facts: Facts): Promise<number> {
  const { method, url, headers, body } = factsRequest(await loadFormat("ironic"), ironic.url, facts);
  const response = await fetch(url, { method, headers, body: body! });
  await response.body?.cancel();
  return response.status;
}

Deno.test({ name: "a real Ironic", ignore: why !== undefined }, async (t) => {
  const ironic = await startIronic(await tempFolder());
  try {
    const facts = await recorded("dell");

    await t.step("enrols an unknown machine from the daemon's delivery, with its properties and ports", async () => {
      await daemonAt(ironic.url, (daemon) => daemon.untilLine(/facts delivered/));
      const [node] = await ironic.nodes();
      const { inventory, plugin_data } = await ironic.inventory(node!.uuid);
      const stored = (await ironic.nodes())[0]!;
      assertEquals([stored.last_error, stored.properties.cpu_arch, stored.properties.memory_mb], [
        null,
        "x86_64",
        65536,
      ]);
      assertEquals(stored.properties.local_gb, 3);
      const capabilities = `${stored.properties.capabilities}`.split(",");
      for (const each of ["boot_mode:bios", "cpu_aes:true"]) assert(capabilities.includes(each), each);
      const ports = await ironic.ports(node!.uuid);
      assertEquals(
        ports.map(({ address, pxe_enabled }) => [address, pxe_enabled]),
        facts.nics!.map(({ mac, bootInterface }) => [mac!, bootInterface === true]),
      );
      assertEquals(ports.map(({ local_link_connection }) => local_link_connection), [
        {},
        { switch_id: "00:2a:6a:11:22:33", port_id: "Ethernet1/17", switch_info: "leaf-01.dc1.example" },
        {},
      ]);
      assertEquals(lasting(plugin_data["hnl_mk"] as Facts), lasting(JSON.parse(JSON.stringify(facts))));
      assertEquals((inventory["system_vendor"] as { serial_number: string }).serial_number, "B5R4NK2");
      const heard = (plugin_data["parsed_lldp"] as Record<string, Record<string, unknown>>)["eth1"]!;
      assertEquals([heard["switch_port_untagged_vlan_id"], heard["switch_port_mtu"], heard["switch_mgmt_addresses"]], [
        210,
        9216,
        ["10.1.1.1"],
      ]);
    });

    await t.step("waits for nobody a second time, which is no alarm", async () => {
      const lines = await daemonAt(ironic.url, (daemon) => daemon.untilLine(/nobody waits for these facts/));
      assertEquals(lines.filter((line) => / (ERROR|WARN) /.test(line)), []);
    });

    await t.step("gets the inspection that it waits for after it was away", async () => {
      const [node] = await ironic.nodes();
      await inspect(ironic, node!.uuid);
      await ironic.stop();
      const lines = await daemonAt(ironic.url, async (daemon) => {
        await daemon.untilLine(/ERROR .*delivery to mk_facts_targets\[0\] failed: cannot connect/);
        await ironic.start();
        await daemon.untilLine(/facts delivered/);
      });
      assertEquals(lines.filter((line) => line.includes("cannot connect")).length, 1);
      await ironic.untilState(node!.uuid, "manageable");
    });

    await t.step("takes a machine with everything that a document can hold", async () => {
      assertEquals(await post(ironic, wholeMachine), 202);
      const { uuid } = await newest(ironic);
      const { inventory, plugin_data } = await ironic.inventory(uuid);
      assertEquals((await ironic.nodes()).find((node) => node.uuid === uuid)?.last_error, null);
      const { disks } = inventory as { disks: { by_path?: string }[] };
      assertEquals(disks[0]!.by_path, "/dev/disk/by-path/pci-0000:18:00.0-sas-phy3-lun-0");
      assertEquals((plugin_data["usb_devices"] as unknown[]).length, 1);
      assertEquals((plugin_data["numa_topology"] as { cpus: unknown[] }).cpus.length, 4);
    });

    await t.step(
      "takes a neighbour whose IDs its parser has no words for, and a machine of which little is known",
      async () => {
        const { schemaVersion, agentVersion, collectedAt, sources, identity } = facts;
        const mac = "52:54:00:99:00:01";
        const odd: Facts = {
          schemaVersion,
          agentVersion,
          collectedAt,
          sources,
          identity,
          nics: [{ name: "eth0", physical: true, mac }],
          neighbours: [{
            interface: "eth0",
            chassisId: { subtype: "Network Address Type 9", value: "0102" },
            portId: { subtype: "Agent Circuit ID", value: "a" },
            systemName: "leaf-02",
            unknownTlvs: [{ type: 5, hex: "ff" }, { type: 9, hex: "ff" }],
          }],
        };
        assertEquals(await post(ironic, odd), 202);
        const node = await newest(ironic);
        await ironic.inventory(node.uuid);
        const stored = (await ironic.nodes()).find(({ uuid }) => uuid === node.uuid)!;
        assertEquals(stored.last_error, null);
        assertEquals(
          (await ironic.ports(node.uuid)).map((
            { address, local_link_connection },
          ) => [address, local_link_connection]),
          [
            [mac, { switch_info: "leaf-02" }],
          ],
        );
      },
    );
  } finally {
    await ironic.stop();
  }
});

/** The node that was enrolled last. */
async function newest(ironic: Ironic): Promise<{ uuid: string }> {
  const { nodes } = await ironic.call<{ nodes: { uuid: string }[] }>("GET", "/nodes?sort_key=created_at&sort_dir=desc");
  return nodes[0]!;
}

/** Without what differs between two collections. */
function lasting(facts: Facts): Partial<Facts> {
  const { collectedAt: _, sources: __, agentVersion: ___, findings: ____, ...lasting } = facts;
  return lasting;
}

/** Runs the daemon on the recorded server, as Ironic has booted it; gives its log. */
async function daemonAt(url: string, use: (daemon: RunningDaemon) => Promise<void>): Promise<string[]> {
  const host = await openReplay(goldens().find(({ name }) => name === "dell")!.bundle);
  const kernelLine = `quiet ipa-inspection-callback-url=${url}/v1/continue_inspection hnl_mk.interval=1`;
  const daemon = await startDaemon(host, { file: join(await tempFolder(), "mk_conf.yaml"), kernelLine });
  try {
    await use(daemon);
  } finally {
    await daemon.stop();
  }
  return daemon.lines;
}

/** Has the node inspected, from whatever state: it waits for somebody to send what it is. */
async function inspect(ironic: Ironic, node: string): Promise<void> {
  await ironic.call("PUT", `/nodes/${node}/states/provision`, { target: "manage" });
  await ironic.untilState(node, "manageable");
  await ironic.call("PUT", `/nodes/${node}/states/provision`, { target: "inspect" });
  await ironic.untilState(node, "inspect wait");
}
