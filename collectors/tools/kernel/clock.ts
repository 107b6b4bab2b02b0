import { nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { decode } from "../../host/mod.ts";
import type { HostFiles } from "./files.ts";

/** The clocks of the machine. */
export interface Clock {
  /** What the kernel counts time with: tsc, hpet, kvm-clock, arch_sys_counter … tsc is gone where it was not stable. */
  source?: string;
  /** The best one first. */
  availableSources?: string[];
  /** The driver of the real-time clock and its device: "rtc_cmos rtc_cmos". */
  rtc?: string;
  /** Whether the kernel set its time from this clock when it booted. */
  rtcSetsSystemTime?: boolean;
  /**
   * How far the real-time clock is ahead of the system's time, give or take a second; negative where it is behind. Whole
   * hours are a clock that keeps local time. Left out of change detection.
   */
  rtcOffsetSeconds?: number;
}

const SOURCES = "/sys/devices/system/clocksource/clocksource0", RTC = "/sys/class/rtc/rtc0";

/**
 * The clock source (clocksource0 of kernel/time/clocksource.c) and the real-time clock
 * (Documentation/ABI/testing/sysfs-class-rtc).
 */
export async function readClock(files: HostFiles): Promise<Clock | undefined> {
  const [source, available, rtc, setsSystemTime, rtcOffsetSeconds] = await Promise.all([
    files.line(`${SOURCES}/current_clocksource`),
    files.line(`${SOURCES}/available_clocksource`),
    files.line(`${RTC}/name`),
    files.line(`${RTC}/hctosys`),
    readRtcOffset(files),
  ]);
  const clock = prune<Clock>({
    source: told(source),
    availableSources: nonEmpty(available?.split(/\s+/).filter((name) => name !== "") ?? []),
    rtc: told(rtc),
    rtcSetsSystemTime: setsSystemTime === undefined ? undefined : setsSystemTime === "1",
    rtcOffsetSeconds,
  });
  return Object.keys(clock).length > 0 ? clock : undefined;
}

/** The time of the RTC less that of the system, whole seconds. */
async function readRtcOffset(files: HostFiles): Promise<number | undefined> {
  const stat = await files.text("/proc/stat");
  const rtcSeconds = await files.count(`${RTC}/since_epoch`);
  if (rtcSeconds === undefined) return undefined;
  // At once, and not the text that another subject may have read seconds ago.
  const uptime = await files.bytes("/proc/uptime");
  const systemSeconds = systemTime(stat ?? "", uptime ? decode(uptime) : "");
  return systemSeconds === undefined ? undefined : rtcSeconds - Math.floor(systemSeconds);
}

/**
 * The system's time in seconds since 1970, as the kernel's own files have it, so that a recording has it too: the time
 * of boot (btime of /proc/stat, whole seconds) and the time since (/proc/uptime).
 */
export function systemTime(stat: string, uptime: string): number | undefined {
  const boot = /^btime (\d{1,12})$/m.exec(stat)?.[1], since = /^(\d{1,12}(?:\.\d+)?)(?: |$)/.exec(uptime)?.[1];
  return boot === undefined || since === undefined ? undefined : Number(boot) + Number(since);
}
