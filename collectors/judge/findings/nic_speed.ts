import type { Nic } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import type { Finding, Rule } from "./finding.ts";

/**
 * A NIC with a link that is slower than it can (ethtool's supported modes, as lshw prints them), or than another port of
 * its kind has: a bad cable or transceiver, or a port of the switch that is set so. It cannot know whether the switch
 * has no faster port.
 */
export const nicSpeed: Rule = function* ({ nics = [] }) {
  const linked = nics.filter(({ physical, carrier, speedMbps }) =>
    physical && carrier === true && (speedMbps ?? 0) > 0
  );
  for (const nic of linked) {
    const { name, speedMbps, maxSpeedMbps } = nic;
    const twin = linked.find((other) => isTwin(nic, other) && other.speedMbps! > speedMbps!);
    if (maxSpeedMbps !== undefined && speedMbps! < maxSpeedMbps) {
      yield slow(nic, `${name} runs at ${gigabits(speedMbps!)} of ${gigabits(maxSpeedMbps)}`, {
        path: `${itemPath("nics", name)}.maxSpeedMbps`,
        value: maxSpeedMbps,
      });
    } else if (twin) {
      yield slow(
        nic,
        `${name} runs at ${gigabits(speedMbps!)}, its twin ${twin.name} at ${gigabits(twin.speedMbps!)}`,
        {
          path: `${itemPath("nics", twin.name)}.speedMbps`,
          value: twin.speedMbps!,
        },
      );
    }
  }
};

function slow({ name, speedMbps }: Nic, message: string, other: Finding["evidence"][number]): Finding {
  const path = `${itemPath("nics", name)}.speedMbps`;
  return { id: "nic-speed", level: "warning", path, message, evidence: [{ path, value: speedMbps! }, other] };
}

function isTwin(a: Nic, b: Nic): boolean {
  return a !== b && a.deviceId !== undefined && a.vendorId === b.vendorId && a.deviceId === b.deviceId;
}

function gigabits(mbps: number): string {
  return mbps >= 1000 ? `${mbps / 1000} Gb/s` : `${mbps} Mb/s`;
}
