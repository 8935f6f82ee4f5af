#!/bin/sh
# Lays out the root of a small image: scripts/image-root.sh PROGRAMS ROOT. The two
# programs, the libraries they name (none, if they are static), certificate
# authorities, a user without rights, and a data folder that this user owns.
set -eu

programs=$1
root=$2
mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/data"
for program in forebear forebear-crawl; do
    install -m 755 "$programs/$program" "$root/usr/bin/$program"
    # The libraries' paths as the program names them; ldd fails on a static one.
    { ldd "$programs/$program" 2>/dev/null || true; } | grep -o '/[^ ]*' | while read -r library; do
        mkdir -p "$root${library%/*}"
        cp -L "$library" "$root$library"
    done
done
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'forebear:x:65532:65532::/data:/sbin/nologin' >"$root/etc/passwd"
echo 'forebear:x:65532:' >"$root/etc/group"
chown 65532:65532 "$root/data"
