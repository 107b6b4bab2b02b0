/** Specs, differences and many machines, on the command line. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import type { Facts } from "../collectors/facts/mod.ts";
import { withFolder } from "./collectors/host/support.ts";
import { goldens } from "./golden.ts";
import { START } from "./misbehaving.ts";

const [dell, plain] = goldens();

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(START[0]!, { args: [...START.slice(1), ...args] }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The golden facts of a machine, changed, in a file. */
async function changedFacts(file: string, change: (facts: Facts) => void): Promise<void> {
  const facts: Facts = JSON.parse(await Deno.readTextFile(dell!.json));
  facts.collectedAt = "2026-01-01T00:00:00.000Z";
  change(facts);
  await Deno.writeTextFile(file, JSON.stringify(facts));
}

Deno.test("--make-spec prints a spec that its machine matches, and --spec names what another lacks", async () => {
  await withFolder(async (folder) => {
    const specs = join(folder, "specs");
    await Deno.mkdir(specs);
    const spec = join(specs, "dell.yaml"), other = join(folder, "other.json");
    const made = await run("--make-spec", "--replay", dell!.bundle, "--output", spec);
    assertEquals([made.code, made.stderr], [0, ""]);
    const good = await run("--once", "--replay", dell!.bundle, "--spec", spec, "--format", "table");
    assertEquals(good.code, 0, good.stderr);
    assertMatch(good.stdout, /^MATCHES poweredge-r740$/m);

    await changedFacts(other, (facts) => {
      facts.memory!.dimms!.pop();
      facts.disks = facts.disks!.filter(({ name }) => name !== "sda");
    });
    const bad = await run("--once", "--replay", other, dell!.bundle, "--spec", specs);
    assertEquals(bad.code, 7, bad.stderr);
    assertMatch(bad.stdout, /\n {2}other .* 2 off.*\n {2}dell .* matches/);
    assertStringIncludes(bad.stdout, "1 of 2: memory.dimms: expected 2 × 32 GiB, DDR4");
    assertStringIncludes(bad.stdout, "B1 empty; 1 of 2");
    const json = await run("--once", "--replay", other, "--spec", spec, "--format", "json");
    const { spec: result } = JSON.parse(json.stdout) as Facts;
    assertEquals([result!.name, result!.matches, result!.deviations.map(({ path }) => path)], [
      "poweredge-r740",
      false,
      ["memory.dimms", "disks"],
    ]);

    // One machine, in a table of its own.
    const wrong = join(folder, "wrong.yaml");
    await Deno.writeTextFile(wrong, "name: wrong\nexpect: { cpu: { sockets: 4 } }\n");
    const table = await run("--once", "--replay", dell!.bundle, "--spec", wrong, "--format", "table");
    assertEquals(table.code, 7);
    assertMatch(table.stdout, /^DEVIATES FROM wrong\n {2}WHAT +EXPECTED +FOUND\n {2}cpu.sockets +4 +2\n/m);
    // It is for no other machine.
    const none = await run("--once", "--replay", plain!.bundle, "--spec", spec);
    assertEquals(none.code, 7);
    assertStringIncludes(none.stderr, "is for this machine");
    const noneOfMany = await run("--once", "--replay", plain!.bundle, plain!.bundle, "--spec", spec);
    assertEquals(noneOfMany.code, 7);
    assertStringIncludes(noneOfMany.stderr, "is for one of these machines");
    await Deno.writeTextFile(wrong, "name: wrong\nexpect:\n  cpu: { socket: 4 }\n");
    const typo = await run("--once", "--replay", dell!.bundle, "--spec", wrong);
    assertEquals(typo.code, 1);
    assertMatch(typo.stderr, /wrong\.yaml:3: expect\.cpu\.socket: found "socket", .*did you mean sockets\?/);
  });
});

Deno.test("--diff says what came, went and moved, with exit code 8", async () => {
  await withFolder(async (folder) => {
    const [before, after] = [join(folder, "before.json"), join(folder, "after.json")];
    await changedFacts(before, () => {});
    await changedFacts(after, (facts) => {
      facts.memory!.dimms![1]!.locator = "B2";
      facts.disks!.pop();
    });
    assertEquals(await run("--diff", before, before), { code: 0, stdout: "", stderr: "" });
    const { code, stdout } = await run("--diff", before, after);
    assertEquals(code, 8);
    assertStringIncludes(stdout, "dimm B1 moved to B2 (serial number 2F1C8A31)\n");
    assertMatch(stdout, /^disk \w+ gone$/m);
    const changes = JSON.parse((await run("--diff", before, after, "--format", "json")).stdout);
    assertEquals(changes.map(({ kind }: { kind: string }) => kind), ["went", "moved"]);
    assertEquals((await run("--diff", before, join(folder, "none.json"))).code, 1);
    assertEquals((await run("--diff", before, after, after)).code, 2);
  });
});

Deno.test("--replay takes many machines: a table, CSV, and facts line by line", async () => {
  const bundles = dirname(dell!.bundle);
  const table = await run("--once", "--replay", dell!.bundle, plain!.bundle, "--format", "table");
  assertEquals(table.code, 0, table.stderr);
  assertEquals(table.stdout.trim().split("\n").length, 3);
  const csv = await run("--once", "--replay", bundles, "--format", "csv");
  assertEquals(csv.stdout.trim().split("\r\n").map((line) => line.split(",")[0]), [
    ...["name", "dell", "dell", "plain", "plain", "wide", "wide"],
  ]);
  const json = await run("--once", "--replay", bundles, "--format", "json");
  const facts = json.stdout.trim().split("\n").map((line): Facts => JSON.parse(line));
  assertEquals(facts.length, 6);
  assert(facts.every(({ findings }) => findings !== undefined));
  // What cannot be read does not hide what can.
  const partly = await run("--once", "--replay", dell!.bundle, join(bundles, "README.md"));
  assertEquals(partly.code, 1);
  assertStringIncludes(partly.stderr, "README.md: found no JSON");
  assertStringIncludes(partly.stdout, "PowerEdge");
  assertEquals((await run("--once", "--replay", dell!.bundle, "--format", "csv")).code, 2);
});

Deno.test("--format html is a page of one machine, of many, and of what changed", async () => {
  const one = await run("--once", "--replay", dell!.bundle, "--format", "html");
  assertEquals(one.code, 0, one.stderr);
  assertStringIncludes(one.stdout, "<title>Dell Inc. PowerEdge R740 B5R4NK2</title>");
  const many = await run("--once", "--replay", dell!.bundle, plain!.bundle, "--format", "html");
  assertEquals(many.stdout.match(/<article /g)?.length, 2, many.stderr);
  const changed = await run("--diff", plain!.bundle, dell!.bundle, "--format", "html");
  assertEquals(changed.code, (await run("--diff", plain!.bundle, dell!.bundle)).code);
  assertStringIncludes(changed.stdout, 'class="problems changes"');
  // A part of the facts would look like a machine that lacks the rest.
  assertEquals((await run("--once", "--only", "cpu", "--format", "html")).code, 2);
});

Deno.test("--strict counts findings that are errors", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "machine.json");
    await changedFacts(file, () => {});
    assertEquals((await run("--once", "--replay", file, "--strict")).code, 0);
    await changedFacts(file, (facts) => facts.disks![0]!.readOnly = true);
    assertEquals((await run("--once", "--replay", file)).code, 0);
    assertEquals((await run("--once", "--replay", file, "--strict")).code, 5);
    const alone = await run("--once", "--replay", file, "--only", "findings", "--format", "table");
    assertMatch(alone.stdout, /FINDINGS\n {2}error +\w+ is read-only\n/);
    assertEquals(alone.stdout.includes("CPU"), false);
  });
});

Deno.test("--replay says so where an archive holds no machine", async () => {
  await withFolder(async (folder) => {
    const archive = join(folder, "none.tar");
    await Deno.writeFile(archive, new Uint8Array(1024));
    assertEquals(await run("--once", "--replay", archive, "--format", "csv"), {
      code: 1,
      stdout: "",
      stderr: `hnl_mk: ${archive}: found no machine, expected recordings or facts files\n`,
    });
  });
});

Deno.test("--explain compares with the spec of the configuration that is given", async () => {
  await withFolder(async (folder) => {
    const spec = join(folder, "spec.yaml"), config = join(folder, "mk_conf.yaml");
    await Deno.writeTextFile(spec, "name: rack-7\nexpect: { system: { manufacturer: HPE } }\n", { mode: 0o644 });
    await Deno.writeTextFile(config, `mk_spec_path: ${spec}\n`, { mode: 0o644 });
    const explain = (...args: string[]) => run("--replay", dell!.bundle, "--explain", "mk_spec_deviation0", ...args);
    assertMatch(
      (await explain("--config", config)).stdout,
      /^mk_spec_deviation0 = "system\.manufacturer: expected HPE, found Dell Inc\."$/m,
    );
    assertMatch((await explain()).stdout, /^mk_spec_deviation0 is not known of this machine$/m);
  });
});
