import { assertEquals } from "@std/assert";
import { attributesOf } from "../../checkin/hanlon/attributes/mod.ts";
import { parse, SERVER_FILE } from "../checkin/config/config_support.ts";
import { factsOf as factsOfParts } from "../../collectors/facts/mod.ts";
import { labelsOf } from "../../collectors/labels.ts";
import { ok } from "./facts/assembled.ts";
import { collectFrom, makeMachine } from "./tools/kernel/tree.ts";

Deno.test("labelsOf() takes texts, numbers and truths, by key", () => {
  assertEquals(labelsOf({ site: "ams1", rack: 12, gpu: true, "cost-centre_2": " R&D " }), {
    labels: { "cost-centre_2": "R&D", gpu: "true", rack: "12", site: "ams1" },
    problems: [],
  });
  assertEquals(labelsOf(undefined), { labels: {}, problems: [] });
});

Deno.test("labelsOf() says what is no label", () => {
  const { labels, problems } = labelsOf({
    "a.b": "x",
    "": "x",
    "1st": "x",
    list: ["x"],
    empty: "",
    two: "a\nb",
    ok: "x",
  });
  assertEquals(labels, { ok: "x" });
  const named = problems.map((problem) => problem.split(":")[0]!).sort();
  assertEquals(named, ["", "1st", "a.b", "empty", "list", "two"]);
  assertEquals(labelsOf(["x"]).problems.length, 1);
  assertEquals(labelsOf({ long: "x".repeat(257) }).problems.length, 1);
  const many = labelsOf(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, "x"])));
  assertEquals([Object.keys(many.labels).length, many.problems.length], [64, 1]);
  // A key that means something to JavaScript is a label like another.
  assertEquals(Object.keys(labelsOf({ constructor: "x" }).labels), ["constructor"]);
});

Deno.test("labels are those of the configuration and of the kernel command line, as facts and attributes", async () => {
  await using machine = await makeMachine({
    "proc/filesystems": "\text4",
    "proc/cmdline":
      'quiet hnl_mk.label.site=ams1 hnl_mk.label.owner="Team Red" hnl_mk.label.a.b=x hnl_mk.label.site=ams2',
    "sys/kernel": null,
    "sys/class/net": null,
  });
  const { value, notes } = await collectFrom(machine.host);
  assertEquals(notes?.filter((note) => note.includes("label")).length, 1);
  const { mk_labels } = parse(`${SERVER_FILE}mk_labels:\n  site: fra3\n  row: 7\n`);
  const about = { agentVersion: "1", collectedAt: new Date(0), identity: { uuidSource: "none" as const, macs: [] } };
  const parts = { hostfs: ok(value!) };
  const facts = factsOfParts(parts, { ...about, labels: mk_labels! });
  assertEquals(facts.labels, { row: "7", site: "ams2", owner: "Team Red" });
  const { mk_label_site, mk_label_owner, mk_label_row } = attributesOf({ facts, parts });
  assertEquals([mk_label_site, mk_label_owner, mk_label_row], ["ams2", "Team Red", "7"]);
  assertEquals(factsOfParts({}, about).labels, undefined);
});

Deno.test("a bad label in the configuration is a warning that names it", () => {
  const { mk_labels, warnings } = parse(`${SERVER_FILE}mk_labels:\n  "a.b": x\n  site: fra3\n`);
  assertEquals(mk_labels, { site: "fra3" });
  assertEquals(
    warnings.filter((warning) => warning.startsWith("mk_conf.yaml: mk_labels: a.b: expected a key")).length,
    1,
  );
});
