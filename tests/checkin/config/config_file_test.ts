import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  type Config,
  effectiveConfig,
  loadConfig,
  mergeServerConfig,
  writeConfig,
} from "../../../checkin/config/mod.ts";
import { withFolder } from "../../collectors/host/support.ts";
import { fileWith, parse, PATTERN, SERVER_FILE } from "./config_support.ts";
import { canMount, withReadOnly, withSmallFolder } from "../mounts.ts";

const isRoot = Deno.uid() === 0;

/** Runs `test` with a folder that has the server's file. */
async function withFile(test: (path: string) => Promise<void> | void): Promise<void> {
  await withFolder(async (folder) => {
    const path = join(folder, "mk_conf.yaml");
    await Deno.writeTextFile(path, SERVER_FILE, { mode: 0o644 });
    await test(path);
  });
}

/** `current` with what a server sent. */
function merged(current: Config, received: Record<string, unknown>): Config {
  const merged = mergeServerConfig(current, received);
  assert("config" in merged);
  return merged.config;
}

Deno.test("writeConfig() writes the server's settings back, and leaves the rest as it is", async () => {
  await withFile(async (path) => {
    const comment = "# by hand\nmk_facts_uri:   https://x/   # inventory\n";
    await Deno.writeTextFile(path, comment + SERVER_FILE);
    const config = merged(parse(SERVER_FILE), { mk_checkin_interval: 30, mk_log_level: "Logger::DEBUG" });
    assertEquals(writeConfig(path, config), undefined);
    const text = await Deno.readTextFile(path);
    assertEquals(text, comment + SERVER_FILE.replace("interval: 60", "interval: 30").replace("ERROR", "DEBUG"));
    const { isFile, mode } = await Deno.lstat(path);
    assertEquals([isFile, mode! & 0o777], [true, 0o644]);
    // Once more: nothing to write, nothing written.
    const { ino } = await Deno.stat(path);
    assertEquals(writeConfig(path, config), undefined);
    assertEquals((await Deno.stat(path)).ino, ino);
    await Deno.chmod(path, 0o600);
    assertEquals(writeConfig(path, merged(config, { mk_checkin_interval: 40 })), undefined);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  });
});

Deno.test("writeConfig() writes what is read back the same, whatever the pattern", async () => {
  const patterns = [
    PATTERN,
    "^a: b #c$",
    "- a",
    "[a-z]",
    "123",
    "yes",
    "~",
    "'",
    '"',
    "\\d\\A\\w",
    "é|😀\u2028",
    "@a|`",
    "#a",
    "a: b",
    "%a",
    "&a|!b",
    "a #b",
    " ",
    " a\n b # c\n",
  ];
  for (const pattern of patterns) {
    await withFile(async (path) => {
      const config = merged(parse(SERVER_FILE), { mk_fact_excl_pattern: pattern });
      assertEquals(writeConfig(path, config), undefined, JSON.stringify(pattern));
      assertEquals(
        effectiveConfig(parse(await Deno.readTextFile(path))),
        effectiveConfig(config),
        JSON.stringify(pattern),
      );
    });
  }
});

Deno.test("writeConfig() replaces a value of several lines, and adds a key that was not there", async () => {
  await withFile(async (path) => {
    const folded = `mk_fact_excl_pattern: >-\n  (^a$)|(\n  ^b$)\n`;
    await Deno.writeTextFile(
      path,
      fileWith("mk_fact_excl_pattern", undefined).replace("mk_log_level", `${folded}mk_log_level`),
    );
    const config = merged(parse(SERVER_FILE), { mk_fact_excl_pattern: "^c$" });
    assertEquals(writeConfig(path, config), undefined);
    assertEquals(await Deno.readTextFile(path), SERVER_FILE.replace(PATTERN, "^c$"));
    await Deno.writeTextFile(path, fileWith("mk_fact_excl_pattern", undefined).trimEnd());
    assertEquals(writeConfig(path, config), undefined);
    assertEquals(await Deno.readTextFile(path), fileWith("mk_fact_excl_pattern", "^c$"));
  });
});

Deno.test("writeConfig() leaves a file alone that it cannot write into, and says why", async () => {
  await withFile(async (path) => {
    const config = merged(parse(SERVER_FILE), { mk_checkin_interval: 30 });
    const json = JSON.stringify(effectiveConfig(parse(SERVER_FILE)));
    // Behind the blank line the old value would go on, below the new one.
    const folded = fileWith("mk_fact_excl_pattern", ">-\n  ^a$\n\n  |^b$\n");
    const cases: [text: string, says: RegExp][] = [
      [json, /; not written back$/],
      ["mk_uri: [", /is not YAML: .*; not written back$/],
      [fileWith("mk_checkin_path", "x"), /mk_checkin_path: found .*x.*; not written back$/],
      [folded, /mk_conf\.yaml: its form is not one that settings can be written back into$/],
    ];
    for (const [text, says] of cases) {
      await Deno.writeTextFile(path, text);
      const problem = writeConfig(path, config);
      assertEquals(problem?.kind, "invalid");
      assertMatch(problem?.message ?? "", says);
      assertEquals(await Deno.readTextFile(path), text);
    }
    await Deno.remove(path);
    assertEquals(writeConfig(path, config)?.kind, "absent");
  });
});

Deno.test({
  name: "writeConfig() leaves the old file where the folder is full or read-only",
  ignore: !canMount,
  async fn() {
    const config = merged(parse(SERVER_FILE), { mk_checkin_interval: 30 });
    await withSmallFolder(async (folder, fill) => {
      const path = join(folder, "mk_conf.yaml");
      await Deno.writeTextFile(path, SERVER_FILE);
      await fill();
      assertEquals(writeConfig(path, config)?.kind, "full");
      assertEquals(await Deno.readTextFile(path), SERVER_FILE);
    });
    await withFile((path) =>
      withReadOnly(join(path, ".."), (folder) => {
        assertEquals(writeConfig(join(folder, "mk_conf.yaml"), config)?.kind, "readOnly");
        return Promise.resolve();
      })
    );
  },
});

Deno.test("loadConfig() gives the configuration, or why there is none", async () => {
  await withFile(async (path) => {
    const load = () => loadConfig(path);
    const loaded = load();
    assert("config" in loaded);
    assertEquals(effectiveConfig(loaded.config), effectiveConfig(parse(SERVER_FILE)));
    const problems: [prepare: () => Promise<unknown>, kind: string][] = [
      [() => Deno.writeTextFile(path, "mk_uri: ["), "invalid"],
      [() => Deno.writeTextFile(path, "x".repeat(300_000)), "refused"],
      [() => Deno.remove(path), "absent"],
      [() => Deno.mkdir(path), "refused"],
      [() => Deno.remove(path).then(() => new Deno.Command("mkfifo", { args: [path] }).output()), "refused"],
    ];
    for (const [prepare, kind] of problems) {
      await prepare();
      const loaded = load();
      assert("problem" in loaded);
      assertEquals(loaded.problem.kind, kind);
      assert(loaded.problem.message.startsWith(`${path}: `), loaded.problem.message);
    }
  });
});

Deno.test({
  name: "loadConfig() refuses a file that others could have written",
  ignore: !isRoot,
  async fn() {
    await withFile(async (path) => {
      await Deno.chown(path, 1000, 1000);
      assertEquals(loadConfig(path), {
        problem: { kind: "refused", message: `${path}: refused: it is owned by user 1000, not by root` },
      });
      await Deno.chown(path, 0, 0);
      await Deno.chmod(path, 0o666);
      assert("problem" in loadConfig(path));
    });
  },
});
