import { assertEquals } from "@std/assert";
import type { Facts } from "../../../collectors/facts/mod.ts";
import { expectationsOf } from "../expected.ts";
import { wide } from "../machines/wide.ts";
import { imageHere, watchNode } from "../watch.ts";

const image = await imageHere();

Deno.test(
  { name: "a machine with more NICs and disks than one digit and one letter can name", ignore: !image },
  async (t) => {
    await using watched = await watchNode(wide, { image: image!, timeLimitMs: 600_000 });
    const { node, server, until, wholeFacts, quiet, change } = watched;

    await t.step("its facts are what the description says", async (t) => {
      const facts = await wholeFacts(({ lldp }) => lldp?.every(({ verdict }) => verdict === "nothingHeard") ?? false);
      for (const { name, actual, expected } of expectationsOf(wide)) {
        await t.step(name, () => assertEquals(actual(facts), expected));
      }
    });

    await t.step("all of them are in its registration, in order", async () => {
      const { attributes } = await until("a registration", () => server.nodes[0]);
      assertEquals([attributes["mk_hw_nic_count"], attributes["mk_hw_disk_count"]], ["24", "40"]);
      assertEquals([attributes["mk_hw_nic10_logical_name"], attributes["mk_hw_nic10_serial"]], [
        "eth10",
        wide.nics[10]!.mac,
      ]);
      const macs = wide.nics.map(({ mac }) => mac.replaceAll(":", "").toUpperCase());
      assertEquals(server.nodes.map(({ hwIds }) => hwIds), [macs]);
    });

    await t.step("the disk with the last name is reported when it is pulled, once, and nothing else", async () => {
      await quiet();
      const isPulled = (facts: Facts) => !facts.disks?.some(({ name }) => name === "sdaj");
      const paths = await change(() => node.vm.monitor.execute("device_del", { id: "sdaj" }), isPulled);
      assertEquals(paths, ["disks.sdaj"]);
    });

    await t.step("it obeys a reboot, and is the same node afterwards", async () => {
      assertEquals(await watched.reboot(), [server.nodes[0]!.id]);
    });
  },
);
