/** Processors and memory. */
import { made, type Origins, section } from "../origin.ts";
import { dmi, dmiAll, file, lscpu, lshw, type Place } from "../places.ts";

const CPUINFO = "/proc/cpuinfo", MEMINFO = "/proc/meminfo";

const processor = (key: string): Place => dmi("Processor Information", key, ["Socket Designation", "{socket}"]);
const socket = (key: string): Place => lshw({ slot: "{socket}" }, key);
const device = (key: string): Place =>
  dmi("Memory Device", key, ["Locator", "{locator}"], ["Bank Locator", "{bank}"], ["Serial Number", "{serialNumber}"]);
const bank = (key: string): Place => lshw({ slot: "{locator}" }, key);
const array = (key: string): Place => dmiAll("Physical Memory Array", key);
const cache: Place = {
  words: "lscpu -J: L<level><type> cache",
  look: (evidence, items) => {
    const { level, type } = items.at(-1) ?? {};
    const letter = type === "data" ? "d" : type === "instruction" ? "i" : "";
    return lscpu(`L${level}${letter} cache`).look(evidence, items) ?? lscpu(`L${level}${letter}`).look(evidence, items);
  },
};
const DIMMS = "the populated slots of dmidecode's memory devices";

export const CPU_AND_MEMORY: Origins = {
  ...section("cpu", {
    architecture: [lscpu("Architecture")],
    "opModes[]": [lscpu("CPU op-mode(s)")],
    byteOrder: [lscpu("Byte Order")],
    modelName: [lscpu("Model name"), file(CPUINFO, "model name")],
    vendorId: [lscpu("Vendor ID")],
    family: [lscpu("CPU family")],
    model: [lscpu("Model")],
    stepping: [lscpu("Stepping")],
    microcode: [file(CPUINFO, "microcode")],
    sockets: [lscpu("Socket(s)"), dmiAll("Processor Information", "Status"), lshw({ class: "processor" }, "handle")],
    coresPerSocket: [lscpu("Core(s) per socket")],
    threadsPerCore: [lscpu("Thread(s) per core")],
    logicalCpus: [lscpu("CPU(s)")],
    onlineCpus: made("how many they are", lscpu("On-line CPU(s) list"), lscpu("On-line CPU(s) mask")),
    maxMHz: [lscpu("CPU max MHz")],
    minMHz: [lscpu("CPU min MHz")],
    bogoMips: [lscpu("BogoMIPS")],
    "flags[]": [lscpu("Flags")],
    virtualization: [lscpu("Virtualization")],
    hypervisorVendor: [lscpu("Hypervisor vendor")],
    "logical[].id": [file(CPUINFO, "processor", ["processor", ": {id}"])],
    "logical[].modelName": [file(CPUINFO, "model name", ["processor", ": {id}"]), file(CPUINFO, "model name")],
    "caches[].level": made("from the name: L1d, L2", cache),
    "caches[].type": made("from the name: L1d is data, L1i instruction, the others both", cache),
    "caches[].totalBytes": made("the sum of all instances, in bytes", cache),
    "caches[].instances": [cache],
    "caches[].instanceBytes": made("what one has, in bytes", cache),
    "numaNodes[].id": [lscpu("NUMA node{id} CPU(s)")],
    "numaNodes[].cpus[]": made("the list counted out", lscpu("NUMA node{id} CPU(s)")),
    "vulnerabilities[].name": [lscpu("Vulnerability {name}"), file("/sys/devices/system/cpu/vulnerabilities")],
    "vulnerabilities[].status": [
      lscpu("Vulnerability {name}"),
      file("/sys/devices/system/cpu/vulnerabilities/{name}"),
    ],
    "packages[].socket": [processor("Socket Designation"), socket("slot")],
    "packages[].populated": made("the first word of it", processor("Status"), socket("description")),
    "packages[].modelName": [processor("Version"), socket("product")],
    "packages[].manufacturer": [processor("Manufacturer"), socket("vendor")],
    "packages[].familyName": [processor("Family")],
    "packages[].serialNumber": [processor("Serial Number"), socket("serial")],
    "packages[].partNumber": [processor("Part Number")],
    "packages[].assetTag": [processor("Asset Tag")],
    "packages[].maxMHz": [processor("Max Speed"), socket("capacity")],
    "packages[].currentMHz": [processor("Current Speed")],
    "packages[].externalClockMHz": [processor("External Clock"), socket("clock")],
    "packages[].voltageV": [processor("Voltage")],
    "packages[].coreCount": [processor("Core Count"), socket("configuration.cores")],
    "packages[].coresEnabled": [processor("Core Enabled"), socket("configuration.enabledcores")],
    "packages[].threadCount": [processor("Thread Count"), socket("configuration.threads")],
    "lscpu[].name": [lscpu("{name}")],
    "lscpu[].value": [lscpu("{name}")],
  }),
  ...section("memory", {
    totalBytes: made(
      `the sum of ${DIMMS} without what is persistent of them, else of lshw's`,
      dmiAll("Memory Device", "Size"),
      lshw({ description: "System Memory" }, "size"),
      lshw({ description: "System memory" }, "size"),
    ),
    usableBytes: made("in bytes", file(MEMINFO, "MemTotal")),
    swapBytes: made("in bytes", file(MEMINFO, "SwapTotal")),
    maxCapacityBytes: made("the sum of the arrays of system memory, in bytes", array("Maximum Capacity")),
    errorCorrection: [array("Error Correction Type")],
    slotCount: made("the number of memory devices of system memory", array("Number Of Devices")),
    usedSlotCount: made(`the number of ${DIMMS}`, dmiAll("Memory Device", "Size")),
    "dimms[].locator": [device("Locator"), bank("slot")],
    "dimms[].bank": [device("Bank Locator")],
    "dimms[].sizeBytes": made("in bytes", device("Size"), bank("size")),
    "dimms[].nonVolatileBytes": made("in bytes", device("Non-Volatile Size")),
    "dimms[].formFactor": [device("Form Factor"), bank("description")],
    "dimms[].type": [device("Type"), bank("description")],
    "dimms[].typeDetail[]": [device("Type Detail")],
    "dimms[].speedMTs": [device("Speed"), bank("clock")],
    "dimms[].configuredSpeedMTs": [device("Configured Memory Speed"), device("Configured Clock Speed")],
    "dimms[].configuredVoltageV": [device("Configured Voltage")],
    "dimms[].manufacturer": [device("Manufacturer"), bank("vendor")],
    "dimms[].serialNumber": [device("Serial Number"), bank("serial")],
    "dimms[].partNumber": [device("Part Number"), bank("product")],
    "dimms[].assetTag": [device("Asset Tag")],
    "dimms[].rank": [device("Rank")],
    "dimms[].dataWidthBits": [device("Data Width"), bank("width")],
    "dimms[].totalWidthBits": [device("Total Width")],
  }),
};
