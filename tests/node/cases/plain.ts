import { assertEquals } from "@std/assert";
import { expectationsOf } from "../expected.ts";
import { plain } from "../machines/plain.ts";
import { imageHere, watchNode } from "../watch.ts";

const image = await imageHere();

Deno.test({ name: "a machine whose firmware says nothing", ignore: !image }, async (t) => {
  await using watched = await watchNode(plain, { image: image!, timeLimitMs: 400_000 });
  const { server, until, wholeFacts } = watched;

  await t.step("its facts are what the description says", async (t) => {
    const facts = await wholeFacts();
    for (const { name, actual, expected } of expectationsOf(plain)) {
      await t.step(name, () => assertEquals(actual(facts), expected));
    }
    await t.step("nobody answers for the BMC", () => assertEquals(facts.sources.ipmitool?.status, "skipped"));
  });

  await t.step("it registers under its MAC: its UUID is that of thousands", async () => {
    await until("a registration", () => server.nodes[0]);
    const [nic] = plain.nics;
    assertEquals(server.nodes.map(({ hwIds }) => hwIds), [[nic!.mac.replaceAll(":", "").toUpperCase()]]);
    assertEquals(server.tags(server.nodes[0]!).filter((tag) => /^(cpus|nics)_/.test(tag)), ["cpus_1", "nics_1"]);
  });

  await t.step("it obeys a reboot, and is the same node afterwards", async () => {
    assertEquals(await watched.reboot(), [server.nodes[0]!.id]);
  });
});
