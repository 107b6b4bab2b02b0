/** What a machine is and what is wrong with it, above all else. */
import type { Facts } from "../../facts/mod.ts";
import { type Change, type Evidence, LEVELS } from "../../facts/verdict.ts";
import { machineName as makerAndModel, machineSerial } from "../machine_name.ts";
import { heading } from "./heading.ts";
import { itemOf } from "./marks.ts";
import { anchor, type Content, type Markup, markup } from "./markup.ts";
import { quantityText } from "../../judge/spec/units.ts";
import type { Part } from "./table.ts";
import { binary, cpuModel, decimal, listed, plural, words } from "./words.ts";

/** "Dell Inc. PowerEdge R740"; where no source reports a name, what kind of machine it is. */
export function machineName(facts: Facts): string {
  const { virtualization, chassis, identity } = facts;
  return makerAndModel(facts) || (virtualization?.virtual && "Virtual machine") || chassis?.type || identity.hostname ||
    "Machine without a name";
}

/** The title of a page: the name with the serial number. */
export function pageTitle(facts: Facts): string {
  return words(machineName(facts), machineSerial(facts) ?? facts.identity.hostname);
}

/** Name, verdict, time and the most important facts. */
export function header(facts: Facts, { id: page, level, isUndated }: Part, changes?: readonly Change[]): Markup {
  const name = machineName(facts);
  const title = level === 1 ? markup`<h1>${name}</h1>` : markup`<h2 id="${page}">${name}</h2>`;
  return markup`<header><div class="title">${title}${chips(facts, page, changes)}<p class="when">${
    isUndated
      ? "recorded at an unknown time"
      : `${facts.collectedAt.slice(0, 16).replace("T", " ")} UTC by hnl_mk ${facts.agentVersion}`
  }</p></div><dl>${facets(facts)}</dl></header>`;
}

function facets(facts: Facts): Markup[] {
  const { chassis, identity, memory, cpu, disks, firmware, virtualization, os, bmc, tpm } = facts;
  const sockets = cpu?.packages?.filter(({ populated }) => populated).length || cpu?.sockets;
  const size = disks?.reduce((total, { sizeBytes = 0 }) => total + sizeBytes, 0);
  const pairs: [string, Content][] = [
    ["Serial", machineSerial(facts)],
    ["Asset tag", chassis?.assetTag],
    ["Host", os?.fqdn ?? identity.hostname],
    [
      "Kind",
      virtualization &&
      (virtualization.virtual
        ? words("virtual", virtualization.type !== "unknown" && virtualization.type)
        : chassis?.type),
    ],
    [
      "Processors",
      words(
        sockets && sockets > 1 && `${sockets} ×`,
        cpuModel(cpu?.modelName ?? cpu?.packages?.[0]?.modelName) ?? cpu?.architecture,
      ),
    ],
    [
      "Memory",
      listed(
        binary(memory?.totalBytes ?? memory?.usableBytes),
        memory?.slotCount && `${memory.usedSlotCount ?? 0} of ${plural(memory.slotCount, "slot")}`,
      ),
    ],
    ["Disks", disks && listed(disks.length, size ? decimal(size) : undefined)],
    [
      "Firmware",
      listed(
        firmware?.version,
        firmware?.bootMode === "uefi" ? "UEFI" : firmware?.bootMode === "bios" ? "legacy boot" : undefined,
        firmware?.secureBoot && "secure boot",
        tpm?.version && `TPM ${tpm.version}`,
      ),
    ],
    ["BMC", bmc?.channels?.find(({ ip }) => ip !== undefined)?.ip],
    ["OS", words(os?.distribution?.name, os?.distribution?.version, os?.kernel && `Linux ${os.kernel}`)],
  ];
  return pairs.filter(([, value]) => value !== undefined && value !== "" && value !== false)
    .map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
}

/** The verdict: spec first, then how many findings of each level. */
export function chips({ findings, spec }: Facts, page: string, changes?: readonly Change[]): Markup {
  const link = (look: string, id: string, text: string) =>
    markup`<li class="${look}"><a href="#${anchor(page, id)}">${text}</a></li>`;
  const counts = LEVELS.map((level) => ({ level, count: findings?.filter((one) => one.level === level).length ?? 0 }));
  return markup`<ul class="chips">${
    spec && (spec.matches
      ? markup`<li class="good">matches ${spec.name}</li>`
      : link("error", "spec", `${plural(spec.deviations.length, "deviation")} from ${spec.name}`))
  }${
    counts.filter(({ count }) => count > 0).map(({ level, count }) =>
      link(level, "problems", level === "info" ? `${count} to look at` : plural(count, level))
    )
  }${findings?.length === 0 && markup`<li class="good">nothing wrong found</li>`}${
    !findings && markup`<li class="none">not judged</li>`
  }${
    changes && (changes.length > 0
      ? link("moved", "changes", plural(changes.length, "change"))
      : markup`<li class="none">no change</li>`)
  }</ul>`;
}

/** Problems, deviations from the spec and changes, each with a link to the row that it is about. */
export function verdict(
  facts: Facts,
  part: Part,
  rows: ReadonlySet<string>,
  changes?: readonly Change[],
  before?: string,
): Markup {
  const { findings = [], spec } = facts, { id: page } = part;
  const where = (path: string) => {
    const id = rowOf(path, page, rows);
    return id === undefined ? markup`<code>${path}</code>` : markup`<a href="#${id}"><code>${path}</code></a>`;
  };
  const deviations = spec?.deviations.map(({ path, item, expected, found }) =>
    markup`<li class="error"><b class="level">deviation</b><div><strong>${
      aboutOf(path, item)
    } ${found}</strong>, expected ${expected}<p>${
      where(item !== undefined && !path.includes("[") ? `${path}[${item}]` : path)
    }</p></div></li>`
  );
  const found = findings.map(({ level, path, message, evidence }) =>
    markup`<li class="${level}"><b class="level">${level}</b><div><strong>${message}</strong><p>${where(path)} ${
      valueAt(path, evidence)
    }${
      evidence.filter((one) => one.path !== path).slice(0, MOST_EVIDENCE).map((one) =>
        markup` <span class="evidence"><code>${one.path}</code> ${valueText(one)}</span>`
      )
    }</p></div></li>`
  );
  const changed = changes?.slice(0, MOST_CHANGES).map(({ kind, path, text }) =>
    markup`<li class="${kind}"><b class="level">${kind}</b><div><strong>${text}</strong><p>${
      where(path)
    }</p></div></li>`
  );
  return markup`${list(part, "spec", spec && `Deviations from ${spec.name}`, deviations)}${
    list(part, "problems", "Problems", found)
  }${
    list(
      part,
      "changes",
      listed(
        `Changes since ${before?.slice(0, 16).replace("T", " ")} UTC`,
        (changes?.length ?? 0) > MOST_CHANGES && `the first ${MOST_CHANGES}`,
      ),
      changed,
    )
  }`;
}

/** What a deviation is about, where its value alone would not say it: "eth0 speedMbps:"; a place in a list is no name. */
function aboutOf(path: string, item: string | undefined): string {
  const field = /\]\.(.+)$/.exec(path)?.[1];
  return words(item !== undefined && /^\d+$/.test(item) ? undefined : item, field && `${field}:`);
}

/** The value of the fact that a finding is about, where it is among its evidence. */
function valueAt(path: string, evidence: readonly Evidence[]): string {
  const own = evidence.find((one) => one.path === path);
  return own ? valueText(own) : "";
}

function valueText({ path, value }: Evidence): string {
  return typeof value === "number" ? quantityText(path, value) : String(value);
}

/** Of two machines that have little in common more than this say nothing more. */
const MOST_CHANGES = 200;
/** As evidence enough to see what is meant. */
const MOST_EVIDENCE = 6;

function list(
  part: Part,
  id: string,
  title: string | undefined,
  items: readonly Markup[] | undefined,
): Markup | undefined {
  if (!items || items.length === 0) return undefined;
  return markup`<section>${
    heading(part.level, title, anchor(part.id, id))
  }<ol class="problems ${id}">${items}</ol></section>`;
}

/** The row that a path is about, or the table of its section; undefined where the page has neither. */
function rowOf(path: string, page: string, rows: ReadonlySet<string>): string | undefined {
  const item = itemOf(path).replace(/^gpus\[/, "pci[").replace(/^(neighbours|lldp)\[/, "nics[");
  const section = item.replace(/\[.*$/, "").replace("memory.dimms", "memory").replace(/^bmc.*/, "bmc");
  return [anchor(page, item), anchor(page, section)].find((id) => rows.has(id));
}
