#!/bin/bash
# Makes a CD that installs a small system, out of Debian's packages alone (nothing is installed here):
#
#     make-cd.sh FILE
#
# Its boot prompt (isolinux) waits for a line such as
#
#     install answers=http://10.0.2.2:8000/answers
#
# The system that starts gets the answers from there (shell: NAME, USER, PASSWORD), makes a partition and a file system on
# the first disk, copies itself there, makes the disk boot by itself (extlinux), and reboots into it. What is installed
# is busybox with the SSH server dropbear.
set -euo pipefail

file=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
chmod 755 .

kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
apt-get -qq -o APT::Sandbox::User=root download "$kernel" busybox-static dropbear-bin libtomcrypt1 libtommath1 libgmp10 \
  zlib1g libcrypt1 libc6 openssh-client extlinux isolinux syslinux-common
for package in *.deb; do dpkg-deb -x "$package" all; done
release=$(basename all/lib/modules/*)

# What is installed, and what installs it: the same files.
mkdir -p root/{bin,sbin,etc,lib,proc,sys,dev,run,tmp,mnt,cd,root} root/usr/{bin,sbin} root/etc/dropbear
ln -s lib root/lib64
ln -s ../lib root/usr/lib
cp all/bin/busybox root/bin/
cp all/usr/sbin/dropbear all/usr/bin/dropbearkey all/usr/bin/scp all/usr/bin/extlinux root/usr/bin/
cp all/usr/lib/syslinux/mbr/mbr.bin root/lib/
for library in $(find all -type f -o -type l | grep -E '/(ld-linux-x86-64|libc|libcrypt|libtomcrypt|libtommath|libgmp|libz)\.so\.[0-9]+$'); do
  cp -L "$library" root/lib/
done
for name in $(all/bin/busybox --list); do [ -e "root/bin/$name" ] || ln -s busybox "root/bin/$name"; done
cp "$here/init" root/init
cp "$here/init" root/sbin/init
chmod 755 root/init root/sbin/init

# Drivers, with all that they need.
modules=all/lib/modules/$release
all/bin/busybox depmod -b all "$release" 2> /dev/null || /sbin/depmod -b all "$release"
wanted() {
  local name=${1//-/_} line path
  line=$(grep -E "/${name//_/[_-]}\.ko[.a-z]*:" "$modules/modules.dep") || return 0
  for path in ${line//:/}; do echo "$path"; done
}
for module in virtio_pci virtio_blk virtio_net ata_piix ahci sr_mod isofs ext4; do wanted "$module"; done |
  sort -u | while read -r path; do
    mkdir -p "root/lib/modules/$release/$(dirname "$path")"
    cp "$modules/$path" "root/lib/modules/$release/$path"
  done
all/bin/busybox depmod -b root "$release" 2> /dev/null || /sbin/depmod -b root "$release"

mkdir -p cd/isolinux
(cd root && find . | sort | cpio --quiet -o -H newc -R 0:0) | gzip -1 > cd/initrd
cp all/boot/vmlinuz-* cd/vmlinuz
cp all/usr/lib/ISOLINUX/isolinux.bin all/usr/lib/syslinux/modules/bios/ldlinux.c32 cd/isolinux/
cat > cd/isolinux/isolinux.cfg <<'MENU'
serial 0 115200
prompt 1
timeout 0
default none
label none
  localboot 0
label install
  kernel /vmlinuz
  append initrd=/initrd console=ttyS0 quiet
MENU
xorriso -as mkisofs -quiet -rational-rock -volid INSTALLER -b isolinux/isolinux.bin -c isolinux/boot.cat \
  -no-emul-boot -boot-load-size 4 -boot-info-table -output "$work/cd.iso" cd
mv "$work/cd.iso" "$file"
