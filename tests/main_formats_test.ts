/** The formats and destinations of facts on the command line. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { DOCUMENT_FORMATS, loadFormat } from "../checkin/formats/mod.ts";
import { recorded } from "./checkin/formats/machines.ts";
import { tempFolder } from "./temp_folder.ts";

const MAIN = fromFileUrl(new URL("../main.ts", import.meta.url));
const DELL = fromFileUrl(new URL("./fixtures/bundles/dell", import.meta.url));

async function main(
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--allow-all",
      "--no-prompt",
      MAIN,
      ...args,
    ],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

Deno.test("main.ts --format prints the facts as each of them has them", async () => {
  const facts = await recorded("dell");
  for (const name of DOCUMENT_FORMATS) {
    const { code, stdout, stderr } = await main(
      "--once",
      "--replay",
      DELL,
      "--format",
      name,
    );
    assertEquals([code, stderr], [0, ""]);
    const expected = (await loadFormat(name)).document(facts) as object;
    assertEquals(Object.keys(JSON.parse(stdout)), Object.keys(expected), name);
  }
  const { code, stderr } = await main(
    "--once",
    "--replay",
    DELL,
    "--only",
    "cpu",
    "--format",
    "glpi",
  );
  assertEquals(code, 2);
  assertStringIncludes(
    stderr,
    "--only does not go with --format glpi, which is made of all facts",
  );
});

Deno.test("main.ts --post delivers the facts of a recording once, in the format that is asked for", async () => {
  const received: {
    path: string;
    agent: string | null;
    body: Record<string, unknown>;
  }[] = [];
  let status = 202;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      received.push({
        path: pathname,
        agent: request.headers.get("glpi-agent-id"),
        body: await request.json(),
      });
      return new Response("words", { status });
    },
  );
  const post = (...args: string[]) =>
    main(
      "--once",
      "--replay",
      DELL,
      "--post",
      `http://127.0.0.1:${server.addr.port}`,
      ...args,
    );
  try {
    const ironic = await post("--post-format", "ironic");
    assertEquals(ironic.code, 0);
    assertMatch(ironic.stderr, /delivery to --post succeeded/);
    assertEquals(JSON.parse(ironic.stdout).system.serialNumber, "B5R4NK2");
    await post("--post-format", "glpi");
    assertEquals(received.map(({ path }) => path), [
      "/v1/continue_inspection",
      "/",
    ]);
    assertEquals(received[1]!.agent, "4c4c4544-0042-3510-8052-b4c04f4e4b32");
    assertEquals(received[1]!.body["itemtype"], "Computer");

    status = 404;
    assertEquals((await post("--post-format", "ironic")).code, 0);
    const refused = await post();
    assertEquals(refused.code, 4);
    assertMatch(
      refused.stderr,
      /ERROR delivery to --post refused: HTTP 404: words/,
    );
    assertEquals(received.length, 4);
  } finally {
    await server.shutdown();
  }
  for (
    const [args, words] of [
      [["--post-format", "glpi"], "--post-format goes only with --post"],
      [
        ["--post", "nonsense"],
        '--post: found "nonsense", expected an http:// or https:// address',
      ],
      [
        ["--post", "http://h", "--server", "http://h"],
        "it does not go with --server",
      ],
    ] as const
  ) {
    const wrong = await main("--once", ...args);
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.stderr, words);
  }
});

Deno.test("main.ts --check-config says where each value comes from", async () => {
  const proc = await tempFolder();
  await Deno.writeTextFile(
    join(proc, "cmdline"),
    "quiet ipa-api-url=http://10.0.0.2:6385 hnl_mk.interval=30 hnl_mk.label.rack=R12 hnl_mk.intervl=3\n",
  );
  const { code, stdout } = await main("--check-config", "--proc", proc);
  // A machine with a configuration of its own has that one in force.
  if (stdout.includes("mk_uri")) return;
  assertEquals(code, 0);
  assertStringIncludes(
    stdout,
    "mk_checkin_interval: 30  # kernel command line: hnl_mk.interval\n",
  );
  assertStringIncludes(stdout, "mk_collect_interval: 600  # default\n");
  assertStringIncludes(
    stdout,
    "# kernel command line: ipa-api-url\nmk_facts_targets:\n",
  );
  assertStringIncludes(stdout, "# kernel command line: hnl_mk.label.rack\nmk_labels:\n  rack: R12\n");
  assertStringIncludes(stdout, "# hnl_mk.intervl means nothing here and is ignored: did you mean hnl_mk.interval?\n");
  const file = join(proc, "mk_conf.yaml");
  await Deno.writeTextFile(
    file,
    "mk_facts_uri: http://inventory.example/\nmk_facts_format: glpi\nmk_labels: { rack: R1, row: 7 }\n",
  );
  await Deno.chmod(file, 0o600);
  const named = JSON.parse(
    (await main("--check-config", "--config", file, "--format", "json", "--proc", proc)).stdout,
  );
  assertEquals([named.config.mk_facts_format, named.origins.mk_facts_format], [
    "glpi",
    file,
  ]);
  assertEquals(named.errors, []);
  // Labels of the kernel command line count beside a file.
  assertEquals(named.config.mk_labels, { rack: "R12", row: "7" });
  assertEquals(named.origins.mk_labels, `${file}; kernel command line: hnl_mk.label.rack`);
});
