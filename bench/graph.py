"""The graph of the benchmark: a small social network, the same in every run.

    python -m bench.graph tiny DIRECTORY

Writes a parquet file for each label and relationship type, and `meta.json`. Files of relationships begin with the
columns `src` and `dst`. KNOWS has each pair once, in a random direction, so a directed walk of up to three steps cannot
take a relationship twice, and engines that differ in whether it may agree on every query here.

The shape follows the LDBC Social Network Benchmark; the data are not LDBC's.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

# Persons, KNOWS and posts of each, likes and tags of each post.
SCALES = {
    "nano": (200, 6, 3, 2, 2),
    "tiny": (1_000, 10, 5, 4, 2),
    "small": (10_000, 20, 10, 4, 2),
    "medium": (100_000, 20, 5, 4, 2),
}
NODES = {
    "City": ["id", "name"],
    "Tag": ["id", "name"],
    "Person": ["id", "firstName", "lastName", "age", "birthday", "browser"],
    "Post": ["id", "length", "content", "creationDate"],
}
RELATIONSHIPS: dict[str, tuple[str, str, list[str]]] = {
    "LIVES_IN": ("Person", "City", []),
    "KNOWS": ("Person", "Person", ["since"]),
    "HAS_CREATOR": ("Post", "Person", []),
    "LIKES": ("Person", "Post", ["date"]),
    "HAS_TAG": ("Post", "Tag", []),
}
# The first moment, and a day, in milliseconds.
START = 1_262_304_000_000
DAY = 86_400_000

Meta = dict[str, Any]


class Writer:
    """Writes the files and counts their rows."""

    def __init__(self, directory: Path) -> None:
        """Writes into a directory that is there."""
        self.directory = directory
        self.counts: dict[str, int] = {}

    def write(self, name: str, columns: dict[str, Any]) -> None:
        """Writes one file."""
        table = pa.table(columns)
        pq.write_table(table, self.directory / f"{name}.parquet", compression="zstd")
        self.counts[name] = table.num_rows


def persons(out: Writer, r: np.random.Generator, scale: str) -> Any:
    """Persons, where they live and whom they know. Gives how much each takes part."""
    n, degree = SCALES[scale][:2]
    cities, tags = max(20, n // 100), max(50, n // 50)
    out.write("City", {"id": np.arange(cities), "name": [f"City_{i:05d}" for i in range(cities)]})
    out.write("Tag", {"id": np.arange(tags), "name": [f"Tag_{i:05d}" for i in range(tags)]})
    first = np.array([f"First{i}" for i in range(500)])
    last = np.array([f"Last{i}" for i in range(2000)])
    browsers = np.array(["Firefox", "Chrome", "Safari", "Internet Explorer", "Opera"])
    age = r.integers(13, 80, n)
    columns = {
        "id": np.arange(n),
        "firstName": first[r.integers(0, 500, n)],
        "lastName": last[r.integers(0, 2000, n)],
        "age": age,
        "birthday": START - age * 365 * DAY - r.integers(0, 365, n) * DAY,
        "browser": browsers[r.integers(0, 5, n)],
    }
    out.write("Person", columns)
    city = np.minimum((r.pareto(1.2, n) * cities / 8).astype(np.int64), cities - 1)
    out.write("LIVES_IN", {"src": np.arange(n), "dst": city})
    # Half of KNOWS by preference, half among neighbours, so that there are hubs and triangles.
    weight = np.minimum(r.pareto(1.6, n) + 1, 0.03 * n)
    share = weight / weight.sum()
    drawn = int(n * degree * 1.12)
    a, b = r.choice(n, drawn, p=share), r.choice(n, drawn, p=share)
    local = r.random(drawn) < 0.5
    step = np.maximum(1, r.geometric(1 / (degree * 1.5), drawn)) * np.where(r.random(drawn) < 0.5, 1, -1)
    b = np.where(local, (a + step) % n, b)
    low, high = np.minimum(a, b)[a != b], np.maximum(a, b)[a != b]
    pair = r.permutation(np.unique(low * n + high))[: n * degree]
    low, high, turned = pair // n, pair % n, r.random(len(pair)) < 0.5
    knows = {"src": np.where(turned, high, low), "dst": np.where(turned, low, high)}
    out.write("KNOWS", knows | {"since": r.integers(2005, 2024, len(pair))})
    return share


def posts(out: Writer, r: np.random.Generator, scale: str, share: Any) -> None:
    """Posts, who wrote and likes them, and their tags."""
    n, _, each, likes, tags_each = SCALES[scale]
    count, tags = n * each, max(50, n // 50)
    words = np.array([f"w{i:x}" for i in range(4000)])
    lengths = np.minimum(r.geometric(1 / 18, count) + 2, 120)
    pool, begin = words[r.integers(0, 4000, 400_000)], r.integers(0, 400_000 - 130, count)
    content = [" ".join(pool[at : at + length]) for at, length in zip(begin, lengths, strict=True)]
    creator = r.choice(n, count, p=share)
    columns = {
        "id": np.arange(count),
        "length": np.array([len(text) for text in content]),
        "content": content,
        "creationDate": START + r.permutation(count).astype(np.int64) * (14 * 365 * DAY // count),
    }
    out.write("Post", columns)
    out.write("HAS_CREATOR", {"src": np.arange(count), "dst": creator})
    who, what = r.choice(n, count * likes, p=share), r.integers(0, count, count * likes)
    pair = np.unique(who * count + what)
    date = START + r.integers(0, 14 * 365, len(pair)) * DAY
    out.write("LIKES", {"src": pair // count, "dst": pair % count, "date": date})
    weight = 1 / np.arange(1, tags + 1) ** 0.9
    tag = r.choice(tags, count * tags_each, p=weight / weight.sum())
    pair = np.unique(np.repeat(np.arange(count), tags_each) * tags + tag)
    out.write("HAS_TAG", {"src": pair // tags, "dst": pair % tags})


def generate(scale: str, directory: Path, seed: int = 42) -> Meta:
    """Writes the graph of a scale."""
    directory.mkdir(parents=True, exist_ok=True)
    out, r = Writer(directory), np.random.default_rng(seed)
    posts(out, r, scale, persons(out, r, scale))
    meta = {
        "scale": scale,
        "seed": seed,
        "counts": out.counts,
        "nodes": sum(out.counts[name] for name in NODES),
        "edges": sum(out.counts[name] for name in RELATIONSHIPS),
    }
    (directory / "meta.json").write_text(json.dumps(meta, indent=1))
    return meta


def ensure(scale: str, root: Path) -> tuple[Path, Meta]:
    """The directory of a scale below `root`, written if it is not there, and what is in it."""
    directory = root / scale
    if not (directory / "meta.json").exists():
        generate(scale, directory)
    meta: Meta = json.loads((directory / "meta.json").read_text())
    return directory, meta


def table(directory: Path, name: str) -> Any:
    """The table of a label or a type."""
    return pq.read_table(directory / f"{name}.parquet")


if __name__ == "__main__":
    generate(sys.argv[1], Path(sys.argv[2]) / sys.argv[1])
