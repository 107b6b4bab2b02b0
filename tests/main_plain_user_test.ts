/** What the program does as a user who is not root. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import type { Facts } from "../collectors/facts/mod.ts";
import { withFolder } from "./collectors/host/support.ts";
import { startHanlonServer } from "./hanlon_server.ts";
import { MAIN, withPlace } from "./misbehaving.ts";
import { BINARY } from "./program.ts";

/** A copy of what the program needs, for a user who may not read this one's folders. */
async function readableCopy(folder: string): Promise<string[]> {
  if (BINARY !== undefined) {
    await Deno.copyFile(BINARY, join(folder, "hnl_mk"));
    await Deno.chmod(join(folder, "hnl_mk"), 0o755);
    return [join(folder, "hnl_mk")];
  }
  const deno = join(folder, "deno"), cache = join(folder, "cache"), project = join(folder, "project");
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(info.stdout));
  const registry = [...Deno.readDirSync(npmCache)].find(({ isDirectory }) => isDirectory)!.name;
  const copies = [
    [Deno.execPath(), deno],
    [join(npmCache, registry, "deno-std"), join(cache, "npm", registry, "deno-std")],
    ...["main.ts", "deno.json", "std.d.ts", "collectors", "checkin"].map((name) => [
      join(dirname(MAIN), name),
      join(project, name),
    ]),
  ] as [string, string][];
  for (const [from, to] of copies) {
    await Deno.mkdir(dirname(to), { recursive: true });
    await new Deno.Command("cp", { args: ["-r", from, to] }).output();
  }
  await new Deno.Command("chmod", { args: ["-R", "a+rX", folder] }).output();
  // Nothing that is not there already can be looked up, and the cache is somebody else's.
  const run = ["run", "--quiet", "--no-prompt", "--allow-all", "--cached-only", "--no-lock"];
  return ["env", `DENO_DIR=${cache}`, deno, ...run, join(project, "main.ts")];
}

const canBecomeUser = Deno.uid() === 0 && await succeeds("setpriv", "--reuid=65534", "true");

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

if (!canBecomeUser) console.log("skipped: this machine does not let the tests become a plain user");

Deno.test(
  { name: "main.ts --once works as a plain user, and says what needs root", ignore: !canBecomeUser },
  async () => {
    await withFolder(async (folder) => {
      await Deno.chmod(folder, 0o755);
      const words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...await readableCopy(folder)];
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await new Deno.Command(words[0]!, {
          args: [...words.slice(1), "--once", ...args],
          cwd: "/",
          stdin: "null",
        }).output();
        return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
      };
      await withPlace({}, async (place) => {
        const unreadable = ["proc/cpuinfo", "proc/1", "sys/class/dmi/id/product_uuid", "sys/firmware"];
        for (const path of unreadable) await Deno.chmod(join(place.folder, path), 0o000);
        const roots = ["proc", "sys", "dev"].flatMap((root) => [`--${root}`, join(place.folder, root)]);
        const { code, stdout, stderr } = await run(...roots, "--format", "json");
        assertEquals([code, stderr], [0, ""], stderr);
        const facts: Facts = JSON.parse(stdout);
        assertEquals(facts.nics?.map(({ name }) => name), ["eth1"]);
        assertEquals(facts.disks?.map(({ name }) => name), ["sda"]);
        const note = facts.sources.hostfs!.notes?.find((text) => text.startsWith("needs root: ")) ?? "";
        for (const path of ["/proc/cpuinfo", "/sys/class/dmi/id/product_uuid", "/sys/firmware"]) {
          assertStringIncludes(note, path);
        }
        for (const path of unreadable) await Deno.chmod(join(place.folder, path), 0o755);
      });
      // A configuration that somebody else wrote, or could have.
      const server = startHanlonServer();
      const config = join(folder, "mk_conf.yaml");
      await Deno.writeTextFile(
        config,
        Object.entries(server.paths).map(([key, value]) => `${key}: ${value}\n`).join(""),
      );
      for (const [uid, mode, why] of [[1234, 0o644, "owned by user 1234"], [0, 0o666, "writable by others"]] as const) {
        await Deno.chown(config, uid, uid);
        await Deno.chmod(config, mode);
        const { code, stdout, stderr } = await run("--config", config);
        assertEquals([code, stdout], [3, ""]);
        assertStringIncludes(stderr, why);
      }
      assertEquals(server.exchanges, []);
      await server.shutdown();
      // This machine itself.
      const { code, stdout, stderr } = await run("--format", "table");
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, "needs root");
    });
  },
);
