/** The node *dell* as Ironic boots it for an inspection: its address on the kernel line, and no configuration file. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Facts } from "../../../collectors/facts/mod.ts";
import { startIronic, whyNoIronic } from "../../ironic/server.ts";
import { tempFolder } from "../../temp_folder.ts";
import { putAgent } from "../agent.ts";
import { dell } from "../machines/dell.ts";
import { startNode } from "../node.ts";
import { imageHere } from "../watch.ts";

/** Where QEMU's user network lets a node reach this machine. */
const THIS_MACHINE = "10.0.2.2";

const why = whyNoIronic();
if (why !== undefined) console.error(`skipped: ${why}`);
const image = why === undefined ? await imageHere() : undefined;

Deno.test(
  { name: "a server that Ironic inspects", ignore: !image },
  async (t) => {
    const ironic = await startIronic(await tempFolder());
    const log: string[] = [];
    const heard = Promise.withResolvers<void>();
    const url = `${ironic.url.replace("127.0.0.1", THIS_MACHINE)}/v1/continue_inspection`;
    const machine = {
      ...dell,
      kernelArguments: [
        ...dell.kernelArguments,
        `ipa-inspection-callback-url=${url}`,
        "hnl_mk.interval=8",
      ],
    };
    try {
      await using _node = await startNode(machine, {
        image: image!,
        folder: await tempFolder(),
        timeLimitMs: 660_000,
        prepare: async (share) => {
          await putAgent(share, image!);
          await Deno.writeTextFile(`${share}/boot`, "exec hnl_mk\n");
        },
        onLine: (line) => {
          log.push(line);
          if (line.includes("facts delivered")) heard.resolve();
        },
      });
      const late = setTimeout(
        () => heard.reject(new Error(`nothing was delivered:\n${log.join("\n")}`)),
        540_000,
      );
      await heard.promise.finally(() => clearTimeout(late));

      await t.step("is enrolled with its ports and its memory", async () => {
        const [node] = await ironic.nodes();
        await ironic.inventory(node!.uuid);
        const stored = (await ironic.nodes())[0]!;
        assertEquals([stored.last_error, stored.properties.cpu_arch], [
          null,
          "x86_64",
        ]);
        assertMatch(`${stored.properties.capabilities}`, /boot_mode:bios/);
        const ports = await ironic.ports(node!.uuid);
        assertEquals(ports.map(({ address }) => address), dell.nics.map(({ mac }) => mac));
        // The switch had yet to speak when the node collected for the first time.
        assertEquals(ports.map(({ local_link_connection }) => local_link_connection), [
          {},
          { switch_id: "00:2a:6a:11:22:33", port_id: "Ethernet1/17", switch_info: "leaf-01.dc1.example" },
          {},
        ]);
      });

      await t.step(
        "has its typed facts there, and the BMC's address",
        async () => {
          const [node] = await ironic.nodes();
          const { inventory, plugin_data } = await ironic.inventory(node!.uuid);
          const { system, nics, sources } = plugin_data["hnl_mk"] as Facts;
          assertEquals(
            system?.serialNumber,
            dell.firmwareFacts.system!.serialNumber,
          );
          assertEquals(
            nics?.map(({ name }) => name),
            dell.nics.map(({ name }) => name),
          );
          assertEquals(inventory["bmc_address"], dell.bmc!.lan.ip, JSON.stringify(sources.ipmitool));
        },
      );

      await t.step(
        "says nothing at ERROR",
        () => assertEquals(log.filter((line) => / ERROR /.test(line)), []),
      );
    } finally {
      await ironic.stop();
    }
  },
);
