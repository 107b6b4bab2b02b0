import type { Cpu } from "../../facts/mod.ts";
import type { NamedText } from "../parsing.ts";

/** What lscpu says: the typed part of Facts.cpu, and every field in its own words and order, nested ones flattened. */
export interface LscpuInfo {
  cpu: Pick<
    Cpu,
    | "architecture"
    | "opModes"
    | "byteOrder"
    | "modelName"
    | "vendorId"
    | "family"
    | "model"
    | "stepping"
    | "sockets"
    | "coresPerSocket"
    | "threadsPerCore"
    | "logicalCpus"
    | "onlineCpus"
    | "maxMHz"
    | "minMHz"
    | "bogoMips"
    | "flags"
    | "virtualization"
    | "hypervisorVendor"
    | "caches"
    | "numaNodes"
    | "vulnerabilities"
  >;
  /** All model names, one for each kind of core. */
  modelNames: string[];
  virtualizationType?: string;
  fields: NamedText[];
}
