#!/bin/busybox sh
# The first process of a node: mounts, drivers, network, a shell for the tests on a port to the host, and then what
# the cloud-config of a real node starts (/share/boot, where there is one).
/bin/busybox --install -s /bin
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs tmpfs /dev/shm
say() { echo "node: $* ($(cut -d' ' -f1 /proc/uptime) s)"; }
argument() { sed -n "s/.*\bnode\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
say kernel is up

load() { modprobe "$1" || say "no module $1"; }
for module in $(argument network | tr , ' '); do
  load "$module"
done
ip link set lo up
for interface in /sys/class/net/*; do
  [ -e "$interface/device" ] || continue
  ip link set "${interface##*/}" up
  if [ "$(cat "$interface/address")" = "$(argument uplink)" ]; then
    ip address add 10.0.2.15/24 dev "${interface##*/}"
    ip route add default via 10.0.2.2
  fi
done
for module in $(argument modules | tr , ' '); do
  load "$module"
  # Looking for SCSI disks at all 256 addresses of a controller takes 10 s here: only where there is one, and in order.
  for disk in $(argument scsi | tr , ' '); do
    [ "${disk%%:*}" = "$module" ] || continue
    for host in /sys/class/scsi_host/*; do
      [ "$(cat "$host/proc_name")" = "$module" ] && echo "${disk#*:}" | tr : ' ' >"$host/scan"
    done
  done
done
say drivers are loaded

hostname "$(argument hostname)"
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576 share /share || say no shared folder
# As docker run -v does it: the mounts below /sys and /dev stay as they are.
for root in proc sys dev; do
  mount --rbind "/$root" "/host-$root"
  mount -o remount,bind,ro "/host-$root"
done

# What a real node's cloud-config writes, into memory: gone at the next boot, and written again.
[ -d /share/cloud-config ] && cp -r /share/cloud-config/. /tmp/
mkdir -p /usr/local/bin /usr/local/share/hnl_mk/sysroot
ln -s /host-proc /usr/local/share/hnl_mk/sysroot/proc
ln -s /host-sys /usr/local/share/hnl_mk/sysroot/sys
cp /share/program/* /usr/local/share/hnl_mk/ 2>/dev/null
[ -f /share/program/hnl_mk ] && ln -s /usr/local/share/hnl_mk/hnl_mk /usr/local/bin/hnl_mk

# A pipe, so that the shell prints no prompt.
{
  echo "shell is up"
  cat | setsid sh 2>&1
} <>"$(echo /dev/vport*)" >&0 &
[ -f /share/boot ] && setsid sh /share/boot &
say is ready
while :; do setsid cttyhack sh; done
