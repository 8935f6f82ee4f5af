"""A generated registry: the storage of a docker-registry full of images that
build on each other. The same number gives the same bytes."""

import hashlib
import json
import random
from pathlib import Path

TAGS = 100  # of each repository
BASES = 20
CONFIG = "application/vnd.docker.container.image.v1+json"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def write(storage: Path, count: int) -> None:
    """Writes `count` images, one tag each, without their layers: a crawl
    never asks for those."""
    chance = random.Random(count)
    images = []
    for number in range(count):
        below = chance.choice(images) if number >= BASES else ([], [])
        layers, history = grow(below, number, chance)
        # Deep towers are rare; only what is still low is built upon.
        if len(layers) < 20:
            images.append((layers, history))
        push(storage, f"made/of-{number // TAGS:04}", f"v{number % TAGS}", layers, history)


def grow(below, number: int, chance: random.Random):
    """One to four layers on top of an image, and a history as builders write it."""
    layers, history = list(below[0]), list(below[1])
    for step in range(chance.randint(1, 4)):
        layers.append(hashlib.sha256(f"layer {number} {step}".encode()).hexdigest())
        history.append(entry(number, len(history), f"/bin/sh -c apt-get install -y package-{number}-{step}  && rm -rf /var/lib/apt/lists/*"))
    for instruction in (f"ENV NUMBER={number}", f'CMD ["run-{number}"]'):
        history.append(entry(number, len(history), f"/bin/sh -c #(nop)  {instruction}") | {"empty_layer": True})
    return layers, history


def entry(number: int, step: int, created_by: str) -> dict:
    minute, second = divmod(number % 3600, 60)
    day = 1 + number // 3600 % 28
    return {"created": f"2020-01-{day:02}T{step % 24:02}:{minute:02}:{second:02}Z", "created_by": created_by}


def push(storage: Path, repository: str, tag: str, layers: list, history: list) -> None:
    config = encode({
        "architecture": "amd64",
        "os": "linux",
        "created": history[-1]["created"],
        "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"], "Cmd": ["run"]},
        "history": history,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}" for layer in layers]},
    })
    blobs = [hashlib.sha256(layer.encode()).hexdigest() for layer in layers]
    manifest = encode({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": f"sha256:{sha256(config)}"},
        "layers": [{"mediaType": LAYER, "size": 1000, "digest": f"sha256:{blob}"} for blob in blobs],
    })
    root = storage / "docker/registry/v2"
    held = root / "repositories" / repository
    for document in (config, manifest):
        put(root / "blobs/sha256" / sha256(document)[:2] / sha256(document) / "data", document)
    for link, target in (
        (f"_layers/sha256/{sha256(config)}", config),
        (f"_manifests/revisions/sha256/{sha256(manifest)}", manifest),
        (f"_manifests/tags/{tag}/current", manifest),
    ):
        put(held / link / "link", f"sha256:{sha256(target)}".encode())


def put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def encode(document: dict) -> bytes:
    return json.dumps(document, indent=3).encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
