#!/bin/sh
# What Vagrant wants to find in a machine: its user, who may become root, and the public key that all base boxes let in.
set -eu
useradd --create-home --shell /bin/bash vagrant
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/vagrant
install -d -m 700 -o vagrant -g vagrant /home/vagrant/.ssh
cat > /home/vagrant/.ssh/authorized_keys <<'KEY'
ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ== vagrant insecure public key
KEY
chown vagrant:vagrant /home/vagrant/.ssh/authorized_keys
chmod 600 /home/vagrant/.ssh/authorized_keys

# A disk of `make-base.sh -q` has a fixed address and no systemd. In a network of Vagrant's it must ask for an address, and
# Vagrant calls `shutdown`.
[ -e /etc/quick-start ] || exit 0
rm -f /usr/sbin/shutdown
printf '#!/bin/sh\nexec /bin/busybox poweroff\n' > /usr/sbin/shutdown
chmod 755 /usr/sbin/shutdown
sed -i 's|^\$b ip address add .*|\$b udhcpc -i $card -s /etc/udhcpc -b -q|' /etc/quick-start
cat > /etc/udhcpc <<'LEASE'
#!/bin/busybox sh
[ "$1" = bound ] || exit 0
/bin/busybox ip address add "$ip/$mask" dev "$interface"
[ -z "$router" ] || /bin/busybox ip route add default via $router
LEASE
chmod 755 /etc/udhcpc
