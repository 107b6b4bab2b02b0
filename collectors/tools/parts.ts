/** The answers of the sources, before facts are made of them. */
import type { DmiTable } from "./dmidecode/mod.ts";
import type { Bmc } from "./ipmitool/types.ts";
import type { HostFs } from "./kernel/mod.ts";
import type { LldpFacts } from "./lldptool/mod.ts";
import type { LscpuInfo } from "./lscpu/mod.ts";
import type { HardwareNode } from "./lshw/node.ts";
import type { Source, SourceName } from "./source.ts";

/** What each source gives. */
export interface Values {
  dmidecode: DmiTable;
  lshw: HardwareNode[];
  lscpu: LscpuInfo;
  lldptool: LldpFacts;
  ipmitool: Bmc;
  hostfs: HostFs;
}

/** One source's answer: how it went, and its value where there is one. Plain JSON, so that it can outlive a restart. */
export interface Part<T> {
  source: Source;
  /** When it was asked: RFC 3339, UTC. */
  collectedAt: string;
  value?: T;
}

/** The answers of the sources that were asked, before they are put together by subject. */
export type Parts = { [N in SourceName]?: Part<Values[N]> };
