/** The operator's labels. */
import type { Labels } from "../labels.ts";
import type { Machine } from "./machine.ts";
import { type Derived, derived, type Place } from "./table.ts";

const CONFIGURED: Place<Machine, Labels> = {
  words: "the configuration: mk_labels",
  read: ({ about }) => about.labels,
};
const KERNEL_LINE: Place<Machine, Labels> = {
  words: "/proc/cmdline: hnl_mk.label.",
  read: ({ kernel }) => kernel?.labels,
};

export const LABELS: Derived<Machine, Labels> = derived(
  "both together; of one that both have the kernel command line's",
  (machine) => {
    const labels = { ...CONFIGURED.read(machine), ...KERNEL_LINE.read(machine) };
    return Object.keys(labels).length > 0 ? labels : undefined;
  },
  KERNEL_LINE,
  CONFIGURED,
);
