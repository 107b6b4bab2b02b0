/** Many machines on one page: a line each, and a section each. */
import type { Facts } from "../../facts/mod.ts";
import { machineName } from "./header.ts";
import type { Mark } from "./marks.ts";
import { anchor, type Markup, markup } from "./markup.ts";
import { machine, page } from "./mod.ts";
import { tableOf } from "./table.ts";
import { binary, cpuModel, decimal, plural, words } from "./words.ts";

/** A machine, and what its recording or file is called. */
export interface NamedMachine {
  name: string;
  facts: Facts;
}

/** A page with the sections of more is larger than browsers like; the lines are of all. */
const MOST_SECTIONS = 200;

/** The page of several machines, those with the most to say first. */
export async function fleetPage(machines: readonly NamedMachine[]): Promise<string> {
  const sorted = machines.toSorted((a, b) => gravity(b.facts) - gravity(a.facts));
  const shown = sorted.slice(0, MOST_SECTIONS);
  const ids = new Map(shown.map((one, i) => [one, `m${i + 1}`]));
  const title = plural(machines.length, "machine");
  const wrong = machines.filter(({ facts }) => gravity(facts) >= GRAVE).length;
  const warned = machines.filter(({ facts }) => gravity(facts) > 0 && gravity(facts) < GRAVE).length;
  const times = machines.map(({ facts }) => facts.collectedAt).sort();
  const top = markup`<header><div class="title"><h1>${title}</h1><ul class="chips"><li class="${
    wrong > 0 ? "error" : "good"
  }">${wrong > 0 ? `${wrong} with errors or deviations` : "none with errors"}</li>${
    warned > 0 && markup`<li class="warning">${warned} with warnings</li>`
  }</ul><p class="when">${times.at(-1)?.slice(0, 16).replace("T", " ")} UTC by hnl_mk ${
    machines[0]?.facts.agentVersion
  }</p></div></header>`;
  const sections = shown.map((one) => {
    const { head, body } = machine(one.facts, { id: ids.get(one)!, level: 2 });
    return markup`<article class="machine">${head}<div>${body}</div></article>`;
  });
  const more = sorted.length - shown.length;
  return await page(
    title,
    markup`${top}<main>${index(sorted, ids)}${sections}${
      more > 0 && markup`<p class="dim">and ${plural(more, "machine")} more, of which only the line is shown</p>`
    }</main>`,
  );
}

function index(machines: readonly NamedMachine[], ids: ReadonlyMap<NamedMachine, string>): Markup | undefined {
  const paths = machines.map((_, i) => `machines[${i}]`);
  const marks = new Map(machines.map(({ facts }, i) => [paths[i]!, markOf(facts)]));
  return tableOf<NamedMachine>({ id: "all", level: 1 }, marks, {
    id: "machines",
    heading: "Machines",
    items: machines,
    paths,
    columns: [
      ["Name", (one) => ids.has(one) ? markup`<a href="#${anchor(ids.get(one)!)}">${one.name}</a>` : one.name],
      [
        "Spec",
        ({ facts: { spec } }) =>
          spec && (spec.matches ? `matches ${spec.name}` : plural(spec.deviations.length, "deviation")),
      ],
      [
        "Worst finding",
        ({ facts: { findings: [worst] = [] } }) => worst && markup`<div class="says">${worst.message}</div>`,
      ],
      ["Model", ({ facts }) => machineName(facts)],
      ["Serial", ({ facts }) => facts.system?.serialNumber],
      ["Processors", ({ facts: { cpu } }) => words(cpu?.sockets && `${cpu.sockets} ×`, cpuModel(cpu?.modelName))],
      ["Memory", ({ facts: { memory } }) => binary(memory?.totalBytes), ({ facts: { memory } }) => memory?.totalBytes],
      ["Disks", ({ facts: { disks } }) => disks?.length, ({ facts: { disks } }) => disks?.length],
      ["Size", ({ facts }) => decimal(diskBytes(facts)), ({ facts }) => diskBytes(facts)],
      ["NICs", ({ facts }) => nicCount(facts), ({ facts }) => nicCount(facts)],
      ["BMC", ({ facts: { bmc } }) => bmc?.channels?.find(({ ip }) => ip !== undefined)?.ip],
    ],
  });
}

function diskBytes({ disks }: Facts): number | undefined {
  return disks?.reduce((total, { sizeBytes = 0 }) => total + sizeBytes, 0);
}

function nicCount({ nics }: Facts): number | undefined {
  return nics?.filter(({ physical }) => physical).length;
}

/** What its line is marked with: the gravest that is said of the machine. */
function markOf({ findings: [worst] = [], spec }: Facts): Mark {
  const isOther = spec?.matches === false;
  const notes = isOther ? [`deviates from ${spec.name}`] : worst ? [worst.message] : [];
  return { ...(isOther || worst) && { level: isOther ? "error" : worst!.level }, notes };
}

/** Errors and deviations weigh more than any number of warnings. */
const GRAVE = 1000;

function gravity({ findings = [], spec }: Facts): number {
  const weights = { error: GRAVE, warning: 1, info: 0 } as const;
  return findings.reduce((total, { level }) => total + weights[level], 0) + GRAVE * (spec?.deviations.length ?? 0);
}
