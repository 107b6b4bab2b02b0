/** Sockets, cores and threads: what lscpu counts, held against the sockets of SMBIOS (util-linux sys-utils/lscpu.c). */
import { countAbove0 } from "../tools/lscpu/values.ts";
import { prune } from "../values.ts";
import type { Machine } from "./machine.ts";
import { lscpu, lscpuFields } from "./places.ts";

/** How the cores are put together. */
export interface Topology {
  sockets?: number;
  coresPerSocket?: number;
  threadsPerCore?: number;
}

/** What SMBIOS says of the populated sockets. */
export interface SmbiosSockets {
  sockets: number;
  /** In all of them; undefined where one does not say. */
  cores: number | undefined;
  /** Those of them that are not switched off. */
  coresEnabled: number | undefined;
  /** In all of them; undefined where one does not say. */
  threads: number | undefined;
}

// "CPU socket(s)" up to util-linux 2.20.
const SOCKETS = lscpu(["Socket(s)", "CPU socket(s)"], countAbove0);
/** s390x has drawers of books of sockets. */
const BOOK_FIELDS = ["Socket(s) per book", "Book(s)", "Book(s) per drawer", "Drawer(s)"].map((name) =>
  lscpu(name, countAbove0)
);
/** From util-linux 2.38 on, on ARM without ACPI's table of the topology. */
const CLUSTER_FIELDS = ["Cluster(s)", "Core(s) per cluster"].map((name) => lscpu(name, countAbove0));
/** The fields that the number of sockets is made of. */
export const SOCKET_FIELDS = [SOCKETS, ...BOOK_FIELDS, CLUSTER_FIELDS[0]!] as const;
/** The fields that the number of cores is made of. */
export const CORE_FIELDS = [lscpu("Core(s) per socket", countAbove0), ...CLUSTER_FIELDS] as const;
export const THREADS = lscpu("Thread(s) per core", countAbove0);

/** The number of `parts` in each of `wholes`, where it is the same in all. */
function evenly(parts: number | undefined, wholes: number | undefined): number | undefined {
  const each = parts === undefined || !wholes ? undefined : parts / wholes;
  return Number.isInteger(each) ? each : undefined;
}

/**
 * The topology. Where lscpu and SMBIOS find as many cores in different numbers of sockets, SMBIOS is right: a kernel
 * that does not understand the CPU, or a hypervisor, makes a socket of each core or cluster, or of each thread.
 */
export function topologyOf(machine: Machine, smbios: SmbiosSockets): Topology {
  const counted = countedByLscpu(machine);
  const { sockets = smbios.sockets || (counted.hasClusters ? 1 : undefined), threadsPerCore } =
    isOneChip(machine, smbios) ? { ...counted, sockets: 1 } : counted;
  const cores = counted.cores ?? (counted.sockets === undefined ? smbios.cores : undefined);
  const isSmbiosRight = smbios.sockets > 0 && cores !== undefined &&
    (cores === smbios.cores || cores === smbios.coresEnabled);
  // Every thread is a socket: SMBIOS has as many threads, of fewer cores.
  const isOfThreads = !isSmbiosRight && cores !== undefined && cores === sockets && cores === smbios.threads;
  if (isOfThreads) {
    return topology(smbios.sockets, evenly(smbios.cores, smbios.sockets), evenly(smbios.threads, smbios.cores));
  }
  // Some cores have two threads and some one: older lscpu halves the threads of all.
  const threads = cores === undefined ? undefined : cores * (threadsPerCore ?? 1);
  const isOfTwoKinds = cores !== undefined && threads === smbios.threads && sockets === smbios.sockets &&
    smbios.cores !== undefined && smbios.cores > cores && smbios.cores < threads!;
  if (isOfTwoKinds) return topology(sockets, evenly(smbios.cores, sockets), threadsPerCore);
  const real = isSmbiosRight ? smbios.sockets : sockets;
  // Of sockets with different CPUs there is no such number.
  const coresPerSocket = cores === undefined || real === undefined ? counted.coresPerSocket : evenly(cores, real);
  return topology(real, coresPerSocket, threadsPerCore);
}

function topology(sockets?: number, coresPerSocket?: number, threadsPerCore?: number): Topology {
  return prune<Topology>({ sockets, coresPerSocket, threadsPerCore });
}

/** A board with ARM's cores and no SMBIOS: kernels before 5.19 call each cluster of its one chip a package. */
function isOneChip({ kernel }: Machine, smbios: SmbiosSockets): boolean {
  return smbios.sockets === 0 && kernel?.deviceTree !== undefined && kernel.cpu?.implementer !== undefined;
}

interface Counted extends Topology {
  /** In all sockets. */
  cores?: number;
  hasClusters: boolean;
}

/** What lscpu prints once for each kind of core: all kinds are in the same sockets. */
function countedByLscpu(machine: Machine): Counted {
  const each = (...names: string[]) => lscpuFields(machine, names).map(({ value }) => countAbove0(value));
  const clusters = each("Cluster(s)"), perCluster = each("Core(s) per cluster"), perSocket = each("Core(s) per socket");
  const hasClusters = clusters.length > 0;
  const groups = hasClusters ? clusters : each("Socket(s)", "CPU socket(s)");
  const threads = each("Thread(s) per core");
  const kinds = (perCluster.length > 0 ? perCluster : perSocket).map((cores, i) => ({
    cores: product(cores, groups[i]),
    threads: threads[i] ?? 1,
  }));
  const logical = kinds.reduce((sum, { cores = 0, threads }) => sum + cores * threads, 0);
  const all = lscpu("CPU(s)", countAbove0).read(machine) ?? Infinity;
  // Two outputs in one paste say everything twice, but have no more CPUs.
  const counted = logical > all ? kinds.slice(0, 1) : kinds;
  const ofKinds = counted.map(({ cores }) => cores);
  const cores = ofKinds.includes(undefined) ? undefined : sum(ofKinds as number[]);
  const sockets = hasClusters ? SOCKETS.read(machine) : largest(groups) ?? socketsOfBooks(machine);
  const [coresPerSocket] = perSocket, threadsPerCore = largest(threads);
  return {
    hasClusters,
    ...sockets === undefined ? {} : { sockets },
    ...coresPerSocket === undefined ? {} : { coresPerSocket },
    ...threadsPerCore === undefined ? {} : { threadsPerCore },
    ...cores ? { cores } : {},
  };
}

function socketsOfBooks(machine: Machine): number | undefined {
  const [perBook, books, perDrawer, drawers] = BOOK_FIELDS.map((place) => place.read(machine));
  return product(perBook, books ?? product(perDrawer, drawers));
}

function product(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a * b;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function largest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}
