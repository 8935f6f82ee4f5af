"""`layers --files` and `verify` of one large layer, beside `tar -tv`."""

import argparse
import hashlib
import io
import json
import os
import random
import subprocess
import tarfile
import tempfile
from pathlib import Path

import process
import tables

ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
# Bytes of the uncompressed layer, about; gzip makes three fifths of it.
UNPACKED = int(os.environ.get("BENCH_LAYER", 5_000_000_000))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--programs", type=Path, required=True)
    programs = arguments.parse_args().programs.resolve()
    forebear = programs / "forebear"
    print(tables.machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="forebear-bench-") as scratch:
        scratch = Path(scratch)
        index = scratch / "data"
        subprocess.run([programs / "forebear-crawl", "publish", "--quiet", "--data", index], check=True)
        plain = scratch / "layer.tar"
        write_layer(plain)
        for title, tool, flag in [("gzip -1", ["gzip", "-1"], "-z"), ("zstd", ["zstd", "-q"], "--zstd")]:
            packed = scratch / "packed"
            with open(plain, "rb") as source, open(packed, "wb") as target:
                subprocess.run([*tool, "-c"], stdin=source, stdout=target, check=True)
            image = scratch / "image"
            write_image(image, plain, packed)
            measure(title, forebear, index, image, packed, plain.stat().st_size, flag)


def measure(title, forebear, index, image, packed, unpacked, flag) -> None:
    """Interleaved rounds of the three."""
    lists, checks, tars = [], [], []
    for _ in range(ROUNDS):
        lists.append(process.run(forebear, "layers", f"dir:{image}", "--files", "--data", index))
        tars.append(process.run("tar", "-tv", flag, "-f", packed))
        checks.append(process.run(forebear, "verify", f"dir:{image}"))
    files = tars[0].output.count("\n")
    note = f"One layer, {title}: {packed.stat().st_size / 1e6:,.0f} MB, unpacked {unpacked / 1e6:,.0f} MB, {files:,} entries."
    megabytes = packed.stat().st_size / 1e6
    rows = [
        ("`layers --files`: MB/s of the layer", [megabytes / one.wall for one in lists], tables.number),
        (f"`tar -tv {flag}`: MB/s", [megabytes / one.wall for one in tars], tables.number),
        ("**`layers --files` / `tar`**", [b.wall / a.wall for a, b in zip(lists, tars)], tables.times),
        ("`verify` (both digests): MB/s", [megabytes / one.wall for one in checks], tables.number),
        ("`layers --files`: peak memory", [one.peak for one in lists], tables.mebibytes),
        ("`verify`: peak memory", [one.peak for one in checks], tables.mebibytes),
    ]
    print(tables.table(f"A large layer, {title}", rows, note), flush=True)


def write_layer(path: Path) -> None:
    """Files of words, sizes as in a file system: many small, few large."""
    draw = random.Random(1)
    words = [bytes(draw.choices(b"abcdefghijklmnopqrstuvwxyz_", k=draw.randint(2, 12))) for _ in range(20_000)]
    block = b" ".join(draw.choices(words, k=4_000_000))
    left, number = UNPACKED, 0
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        while left > 0:
            size = min(int(draw.paretovariate(0.9) * 2_000), len(block) // 2)
            at = draw.randrange(len(block) - size)
            entry = tarfile.TarInfo(f"usr/lib/p{number % 500}/f{number}.txt")
            entry.size = size
            tar.addfile(entry, io.BytesIO(block[at:at + size]))
            left, number = left - size - 1024, number + 1


def write_image(folder: Path, plain: Path, packed: Path) -> None:
    """The image as `skopeo copy … dir:` writes it."""
    folder.mkdir(exist_ok=True)
    blob = digest(packed)
    (folder / blob).unlink(missing_ok=True)
    os.link(packed, folder / blob)
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(plain)}"]},
        "history": [{"created_by": "COPY . / # buildkit"}],
    }).encode()
    name = hashlib.sha256(config).hexdigest()
    (folder / name).write_bytes(config)
    oci = "application/vnd.oci.image"
    (folder / "manifest.json").write_text(json.dumps({
        "schemaVersion": 2, "mediaType": f"{oci}.manifest.v1+json",
        "config": {"mediaType": f"{oci}.config.v1+json", "size": len(config), "digest": f"sha256:{name}"},
        "layers": [{"mediaType": f"{oci}.layer.v1.tar", "size": packed.stat().st_size, "digest": f"sha256:{blob}"}],
    }))


def digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
