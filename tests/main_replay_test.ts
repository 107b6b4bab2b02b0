/** What the program makes of recordings. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Facts } from "../collectors/facts/mod.ts";
import { withFolder } from "./collectors/host/support.ts";
import { FIXTURES, START } from "./misbehaving.ts";

Deno.test("main.ts --replay loses only what is broken in a recording, and says what", async () => {
  await withFolder(async (bundle) => {
    const write = (name: string, text: string) => Deno.writeTextFile(join(bundle, name), text);
    await write(
      "commands.json",
      JSON.stringify([
        { argv: "dmidecode", stdout: "dmi.txt" },
        { argv: "lshw -json", stdout: "lshw.json" },
        { argv: "lscpu -J", stdout: "not-there.json" },
        { argv: "ipmitool mc info", failure: "nonsense" },
        "what is this",
      ]),
    );
    await write("dmi.txt", await Deno.readTextFile(join(FIXTURES, "dmidecode/server.txt")));
    await write("lshw.json", (await Deno.readTextFile(join(FIXTURES, "lshw/full.json"))).slice(0, 4000));
    await write("addresses.json", "[{]");
    const { code, stdout, stderr } = await new Deno.Command(START[0]!, {
      args: [...START.slice(1), "--once", "--raw", "--replay", bundle, "--format", "json"],
    }).output();
    const facts: Facts = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(code, 0);
    assertEquals(facts.system?.serialNumber, "7XK9ZZ2");
    assert(facts.raw?.lshw !== undefined);
    assert((facts.sources.lshw!.unparsed?.count ?? 0) > 0);
    assertMatch(facts.sources.lscpu!.error ?? "", /not-there\.json/);
    assertMatch(facts.sources.ipmitool!.error ?? "", /nonsense/);
    const problems = new TextDecoder().decode(stderr).trim().split("\n");
    assertEquals(problems.length, 3, problems.join("\n"));
    for (const [i, part] of ["entry 4", "entry 5", "addresses.json"].entries()) {
      assertStringIncludes(problems[i]!, part);
    }
  });
});

Deno.test("main.ts --replay gives the facts of the run that was recorded", async () => {
  await withFolder(async (folder) => {
    const bundle = join(folder, "recording");
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(START[0]!, {
        args: [...START.slice(1), "--once", "--format", "json", ...args],
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const facts: Facts = JSON.parse(new TextDecoder().decode(stdout));
      for (const source of Object.values(facts.sources)) source.elapsedMs = 0;
      return facts;
    };
    const recorded = await run("--record", bundle);
    assertEquals(await run("--replay", bundle), recorded);
    // Of another version of the agent, at another time.
    const about = { collectedAt: "2020-02-29T12:00:00.000Z", agentVersion: "0.0.1" };
    await Deno.writeTextFile(join(bundle, "recording.json"), JSON.stringify(about));
    assertEquals(await run("--replay", bundle), { ...recorded, ...about });
    // Recorded before recordings said when.
    await Deno.remove(join(bundle, "recording.json"));
    const { agentVersion, collectedAt, ...rest } = await run("--replay", bundle);
    assertEquals({ ...rest, agentVersion, collectedAt: recorded.collectedAt }, recorded);
    assert(collectedAt > recorded.collectedAt);
  });
});

Deno.test("main.ts --replay of an empty folder is an error of one line", async () => {
  await withFolder(async (folder) => {
    for (const paths of [[folder], [folder, folder]]) {
      const { code, stdout, stderr } = await new Deno.Command(START[0]!, {
        args: [...START.slice(1), "--once", "--replay", ...paths],
      }).output();
      assertEquals([code, stdout.length], [1, 0]);
      assertMatch(new TextDecoder().decode(stderr), /^hnl_mk: .*: found (nothing|no machine), expected .*\n$/);
    }
  });
});

Deno.test("main.ts --replay shows the one machine of an archive like its folder, and several as lines", async () => {
  await withFolder(async (folder) => {
    const pack = async (name: string, ...machines: string[]) => {
      const archive = join(folder, name);
      const { success } = await new Deno.Command("tar", {
        args: ["-czf", archive, "-C", join(FIXTURES, "bundles"), ...machines],
      }).output();
      assert(success);
      return archive;
    };
    const run = async (replay: string, format: string) => {
      const { code, stdout } = await new Deno.Command(START[0]!, {
        args: [...START.slice(1), "--once", "--replay", replay, ...format === "" ? [] : ["--format", format]],
      }).output();
      assertEquals(code, 0);
      // Of a recording without a time the collection has that of the replay.
      return new TextDecoder().decode(stdout).replace(/"(collectedAt|elapsedMs)": .*/g, '"$1"').replace(
        /\d{4}-.* UTC/,
        "",
      );
    };
    const own = join(FIXTURES, "bundles", "plain");
    const [one, two] = [await pack("one.tgz", "plain"), await pack("two.tgz", "plain", "dell")];
    for (const format of ["", "table"]) assertEquals(await run(one, format), await run(own, format));
    assertMatch(await run(one, "html"), /^<!doctype html>/);
    assertMatch(await run(two, ""), /^ {2}NAME .*\n {2}dell .*\n {2}plain /);
  });
});
