#!/bin/sh
# What a shell has without a crawler: manifest and config of each image, one
# command each. Reads HOST/REPOSITORY@DIGEST lines.
set -eu
while read -r image; do
    skopeo inspect --tls-verify=false --raw "docker://$image"
    skopeo inspect --tls-verify=false --config --raw "docker://$image"
done >/dev/null
