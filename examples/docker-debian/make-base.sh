#!/bin/sh
# Makes the image `debian-base:12` out of Debian's packages (mmdebstrap; as root), for machines that reach no registry.
set -eu
image=${1:-debian-base:12}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$folder/base.tar"
docker import --change 'CMD ["/bin/bash"]' "$folder/base.tar" "$image"
