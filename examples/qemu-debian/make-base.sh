#!/bin/bash
# Makes a disk of Debian 12 that boots by itself, out of Debian's packages alone (mmdebstrap; as root):
#
#     make-base.sh [-q] [FILE]      # base.qcow2 by default
#
# Nothing is mounted and no loop device is used: mke2fs fills the file system, and GRUB's two parts are written to where the
# BIOS and they themselves look for them. One can log in as "packer" with the password "packer", which may use sudo.
# With -q the disk boots in half the time: busybox is its first process in place of systemd, and starts nothing but SSH.
set -euo pipefail

quick=
if [ "${1:-}" = -q ]; then quick=1; shift; fi
file=${1:-base.qcow2}
uuid=ba4e0000-0000-4000-8000-000000000012
packages=(linux-image-cloud-amd64 initramfs-tools zstd systemd-sysv udev iproute2 openssh-server sudo)
[ -z "$quick" ] || packages+=(busybox-static)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What must be there before the packages are: the initial RAM disk is made when the kernel is installed.
mkdir -p "$work/initramfs-tools/conf.d"
cat > "$work/initramfs-tools/conf.d/small" <<'EOF'
MODULES=list
COMPRESS=zstd
EOF
printf '%s\n' virtio_pci virtio_blk virtio_net virtio_scsi sd_mod ata_piix ahci ext4 > "$work/initramfs-tools/modules"

# Runs with the root of the new system as its argument.
cat > "$work/configure" <<'EOF'
set -eu
root=$1
echo debian > "$root/etc/hostname"
printf '127.0.0.1 localhost debian\n' > "$root/etc/hosts"
echo "UUID=$uuid / ext4 defaults,noatime 0 1" > "$root/etc/fstab"
printf 'nameserver 10.0.2.3\n' > "$root/etc/resolv.conf"
chroot "$root" useradd --create-home --shell /bin/bash packer
echo packer:packer | chroot "$root" chpasswd
echo 'packer ALL=(ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/packer"
echo 'UseDNS no' > "$root/etc/ssh/sshd_config.d/local.conf"
printf '[Match]\nName=e*\n[Network]\nDHCP=ipv4\n' > "$root/etc/systemd/network/wired.network"
chroot "$root" systemctl --quiet enable systemd-networkd
chroot "$root" systemctl --quiet mask systemd-networkd-wait-online.service systemd-timesyncd.service \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_reap.service
rm -rf "$root"/usr/share/{doc,man,info,locale}/* "$root"/var/lib/apt/lists/*
init=
if [ -n "$quick" ]; then
  init=init=/sbin/quick-init
  printf '#!/bin/bash\nexec -a init /bin/busybox init\n' > "$root/sbin/quick-init"
  printf '%s\n' '::sysinit:/etc/quick-start' '::respawn:/usr/sbin/sshd -D -e' \
    '::shutdown:/bin/busybox sync' '::shutdown:/bin/busybox mount -o remount,ro /' > "$root/etc/inittab"
  cat > "$root/etc/quick-start" <<'START'
#!/bin/busybox sh
exec 2> /dev/null
b=/bin/busybox
$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t tmpfs -o mode=755 run /run; $b mount -t tmpfs tmp /tmp
$b mkdir -p /run/sshd /run/lock /dev/pts /dev/shm; $b mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
$b mount -t tmpfs shm /dev/shm; $b chmod 1777 /tmp /dev/shm; $b hostname debian
for card in /sys/class/net/e*; do card=${card##*/}; done
$b ip link set lo up; $b ip link set $card up
# The address that the first machine in a network of QEMU's own has.
$b ip address add 10.0.2.15/24 dev $card; $b ip route add default via 10.0.2.2
exit 0
START
  # They ask systemd, which is not there.
  for name in poweroff reboot; do
    rm -f "$root/usr/sbin/$name"
    printf '#!/bin/sh\nexec /bin/busybox %s\n' "$name" > "$root/usr/sbin/$name"
  done
  chmod 755 "$root"/sbin/quick-init "$root"/etc/quick-start "$root"/usr/sbin/{poweroff,reboot}
fi
kernel=$(cd "$root/boot"; echo vmlinuz-*)
mkdir -p "$root/boot/grub"
cat > "$root/boot/grub/grub.cfg" <<MENU
linux /boot/$kernel root=UUID=$uuid rw quiet net.ifnames=0 console=tty0 console=ttyS0 $init
initrd /boot/initrd.img-${kernel#vmlinuz-}
boot
MENU
EOF

echo 'Installing Debian...'
quick=$quick uuid=$uuid mmdebstrap --quiet --variant=minbase --include="${packages[*]}" --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt=path-exclude='/usr/share/doc/*' --dpkgopt=path-exclude='/usr/share/locale/*' \
  --essential-hook="copy-in $work/initramfs-tools /etc" --customize-hook="bash $work/configure \"\$1\"" \
  bookworm "$work/root"

echo 'Writing the disk...'
disk=$work/disk
truncate -s 1G "$disk"
echo 'start=2048, type=83, bootable' | /sbin/sfdisk --quiet "$disk"
/sbin/mke2fs -q -t ext4 -U "$uuid" -m 0 -O ^metadata_csum_seed,^orphan_file -E offset=$((2048 * 512)) -d "$work/root" "$disk" $((1023 * 1024))k
# The first sector, up to the partition table, loads what stands in the sectors behind it.
printf 'configfile (hd0,msdos1)/boot/grub/grub.cfg\n' > "$work/early"
grub-mkimage -O i386-pc -o "$work/core" -c "$work/early" -p '(hd0,msdos1)/boot/grub' biosdisk part_msdos ext2 linux configfile
dd if=/usr/lib/grub/i386-pc/boot.img of="$disk" bs=440 count=1 conv=notrunc status=none
dd if="$work/core" of="$disk" bs=512 seek=1 conv=notrunc status=none
qemu-img convert -O qcow2 "$disk" "$file.part"
mv "$file.part" "$file"
echo "$file is ready."
