import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { countOrphans } from "../../checkin/orphans.ts";

const ORPHANS = fromFileUrl(new URL("../../checkin/orphans.ts", import.meta.url));

Deno.test("countOrphans() is 0 where there is nothing to read", () => {
  assertEquals(countOrphans({ roots: { proc: "/nowhere", sys: "/sys", dev: "/dev" } }), 0);
});

const OF_ITS_OWN = ["-f", "-p", "--mount-proc"];

/** A root that is no mount point, as after chroot, has no propagation for unshare to change. */
function canUnshare(): boolean {
  try {
    return new Deno.Command("unshare", { args: [...OF_ITS_OWN, "true"], stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

const isFirst = canUnshare();
if (!isFirst) console.log("skipped: this machine gives a test no process IDs of its own");

Deno.test({
  name: "countOrphans() counts what a tool has left to the first process of a container",
  ignore: !isFirst,
  async fn() {
    const script = `
      import { countOrphans } from ${JSON.stringify(`file://${ORPHANS}`)};
      const roots = { proc: "/proc" };
      const before = countOrphans({ roots });
      await new Deno.Command("sh", { args: ["-c", "sleep 0.05 & sleep 0.05 & exit 0"], stdout: "null" }).output();
      let after;
      for (let i = 0; i < 500 && (after = countOrphans({ roots })) < 2; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      console.log(Deno.pid, before, after);
      Deno.exit();`;
    const { stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        ...OF_ITS_OWN,
        Deno.execPath(),
        "run",
        "--quiet",
        "--allow-all",
        `data:text/javascript,${encodeURIComponent(script)}`,
      ],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "1 0 2\n", new TextDecoder().decode(stderr));
  },
});
