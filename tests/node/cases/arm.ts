import { assertEquals } from "@std/assert";
import { expectationsOf } from "../expected.ts";
import { arm } from "../machines/arm.ts";
import { imageHere, watchNode } from "../watch.ts";

const image = await imageHere(arm.architecture);

Deno.test({ name: "an ARM server", ignore: !image }, async (t) => {
  await using watched = await watchNode(arm, { image: image!, timeLimitMs: 400_000 });
  const { server, until, wholeFacts } = watched;
  const uuid = arm.firmwareFacts.system!.uuid!.toUpperCase();

  await t.step("its facts are what the description says", async (t) => {
    const facts = await wholeFacts(({ neighbours }) => neighbours?.length === 1);
    for (const { name, actual, expected } of expectationsOf(arm)) {
      await t.step(name, () => assertEquals(actual(facts), expected));
    }
    for (const [name, { status, unparsed, notes }] of Object.entries(facts.sources)) {
      const answer = name === "ipmitool" ? "skipped" : "ok";
      await t.step(`${name}: ${answer}`, () => assertEquals([status, unparsed, notes], [answer, undefined, undefined]));
    }
  });

  await t.step("it registers under its UUID, with the tags that the server makes of its facts", async () => {
    const { attributes } = await until(
      "a registration",
      () => server.nodes.find((node) => node.attributes["lldp_neighbor_sysname_eth1"]),
    );
    assertEquals(server.nodes.map(({ hwIds }) => hwIds), [[uuid]]);
    assertEquals(server.tags(server.nodes[0]!).slice(0, 5), [uuid, "cpus_2", "GIGABYTE", "memsize_64GiB", "nics_2"]);
    assertEquals([attributes["architecture"], attributes["mk_hw_disk_count"]], ["aarch64", "4"]);
  });

  await t.step("it obeys a poweroff", () => watched.poweroff());
});
