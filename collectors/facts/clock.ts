/** What the machine keeps time by. */
import type { KernelClock } from "../tools/kernel/clock.ts";
import type { Machine } from "./machine.ts";
import { asGiven, type Nested, section } from "./table.ts";

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

export const CLOCK: Nested<Machine, Clock> = section(
  asGiven<KernelClock, Clock>({
    source: `${SOURCES}/current_clocksource`,
    availableSources: `${SOURCES}/available_clocksource`,
    rtc: `${RTC}/name`,
    rtcSetsSystemTime: `${RTC}/hctosys`,
    rtcOffsetSeconds: `${RTC}/since_epoch`,
  }),
  ({ kernel }: Machine) => kernel?.clock,
);
