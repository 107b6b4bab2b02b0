import { assert, assertEquals } from "@std/assert";
import { told } from "../../../collectors/placeholders.ts";
import { run } from "../command.ts";
import { dump } from "../machines/dump.ts";
import { watchNode } from "../watch.ts";

const path = Deno.env.get("HNL_MK_DMI_DUMP");
if (!path) console.error("skipped: HNL_MK_DMI_DUMP names no file of dmidecode --dump-bin");

Deno.test({ name: "a machine with the firmware's tables of a real one", ignore: !path }, async (t) => {
  const machine = await dump();
  assert(machine && path);
  await using watched = await watchNode(machine, { timeLimitMs: 300_000 });
  const facts = await watched.delivered("facts", 0, () => true);

  await t.step("dmidecode prints in it what it prints of the file", async () => {
    const ofTheFile = await run("dmidecode", ["--from-dump", path]);
    assertEquals(structures(await watched.node.run("dmidecode")), structures(ofTheFile));
  });
  await t.step("its facts are those of the file", async () => {
    assertEquals([facts.sources.dmidecode?.status, facts.sources.dmidecode?.unparsed], ["ok", undefined]);
    const said = async (keyword: string) => told(await run("dmidecode", ["--from-dump", path, "-s", keyword]));
    assertEquals(facts.system?.manufacturer, await said("system-manufacturer"));
    assertEquals(facts.system?.productName, await said("system-product-name"));
    assertEquals(facts.firmware?.version, await said("bios-version"));
  });
});

/** The structures that a dmidecode output tells, without what it says of where they came from. */
function structures(output: string): string[] {
  return output.split(/^(?=Handle 0x)/m).slice(1).map((text) => text.trim()).filter((text) =>
    !/DMI type 127/.test(text)
  );
}
