"""Checks of the source tree that no compiler makes. Needs Python and cargo, nothing else.

Each check is a function that yields one line for each finding. Its docstring is the rule.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

LINES_MAX = 700
# Tables and documented handles that are one idea and longer, each with its reason.
LONG_FILES: dict[str, str] = {}

# What each crate of ours may depend on, of ours. Nothing below knows what is above it.
BELOW: dict[str, set[str]] = {
    "namidb-core": set(),
    "namidb-backend-memory": {"namidb-core"},
    "namidb-backend-file": {"namidb-core"},
    "namidb-backend-s3": {"namidb-core"},
    "namidb-backend-gcs": {"namidb-core"},
    "namidb-backend-azure": {"namidb-core"},
    "namidb-cypher": {"namidb-core"},
    "conformance": {"namidb-core"},
    "namidb": {
        "namidb-core",
        "namidb-cypher",
        "namidb-backend-memory",
        "namidb-backend-file",
        "namidb-backend-s3",
        "namidb-backend-gcs",
        "namidb-backend-azure",
    },
    "namidb-python": {"namidb", "namidb-core", "namidb-cypher"},
}

# What one may bring beside that, behind a feature that is off: the command of the suite opens URIs.
OPTIONAL: dict[str, set[str]] = {"conformance": {"namidb"}}

# Neither the engine nor the local backends bring a network client with them.
NO_NETWORK = ["namidb-core", "namidb-backend-memory", "namidb-backend-file", "namidb-cypher", "conformance"]
NETWORK = re.compile(r"^(aws-|azure|google-cloud|gcloud|hyper|reqwest|rustls|openssl|native-tls|object_store$)")


def tracked(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Path and text of every tracked file with one of the suffixes, or of every text file."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listing.stdout.splitlines():
        path = ROOT / name
        if suffixes and not name.endswith(suffixes):
            continue
        try:
            yield name, path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue


def lines(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Number and text of each line that the pattern is found in."""
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.search(line):
            yield number, line.strip()


def no_hidden_switches() -> Iterator[str]:
    """Engine crates take settings; no environment variable of ours is named in them."""
    pattern = re.compile(r"NAMIDB_[A-Z]")
    for name, text in tracked(".rs"):
        crate = name.split("/")[0]
        if crate in NO_NETWORK and "/src/" in name:
            for number, line in lines(text, pattern):
                yield f"{name}:{number}: {line}"


def no_registry_hosts() -> Iterator[str]:
    """No file names a package registry, so that mirrors work and nothing is fetched behind a client's back."""
    hosts = ["py" + r"pi\.org", "python" + r"hosted\.org", r"(index|static)\.cr" + r"ates\.io", "registry" + r"\.npmjs"]
    pattern = re.compile("|".join(hosts))
    for name, text in tracked():
        for number, _ in lines(text, pattern):
            yield f"{name}:{number}"


def no_paths_of_a_machine() -> Iterator[str]:
    """No file names a directory that only one machine has."""
    pattern = re.compile(r"(?<![\w.$}/])/(work|home|root|Users)/\w")
    for name, text in tracked():
        if name != "Cargo.lock":
            for number, line in lines(text, pattern):
                yield f"{name}:{number}: {line[:80]}"


def one_idea_a_file() -> Iterator[str]:
    """A source file has at most 700 lines before its tests, unless it is listed with a reason."""
    tests = re.compile(r"^#\[cfg\(test\)\]\n(#\[.*\]\n)*mod \w+ \{", re.MULTILINE)
    for name, text in tracked(".rs", ".py"):
        code = tests.split(text, maxsplit=1)[0].count("\n")
        if code > LINES_MAX and name not in LONG_FILES and not name.endswith("tests.rs"):
            yield f"{name}: {code} lines"


def folders_say_what_they_are() -> Iterator[str]:
    """Every mod.rs and lib.rs opens with a description."""
    for name, text in tracked("/mod.rs", "/lib.rs"):
        if not text.lstrip().startswith("//!"):
            yield name


def comments_hold_no_history() -> Iterator[str]:
    """Comments carry no reminders and cite no tickets: git and the tracker have those."""
    pattern = re.compile(r"(//|#).*\b(TODO|FIXME|XXX|HACK)\b")
    for name, text in tracked(".rs", ".py"):
        if name != "scripts/check_tree.py":
            for number, line in lines(text, pattern):
                yield f"{name}:{number}: {line[:80]}"


def no_test_is_switched_off() -> Iterator[str]:
    """No test is ignored or expected to fail: what is wrong today is asserted as it is."""
    pattern = re.compile(r"#\[ignore|pytest\.mark\.(skip\b|xfail)")
    for name, text in tracked(".rs", ".py"):
        if name != "scripts/check_tree.py":
            for number, line in lines(text, pattern):
                yield f"{name}:{number}: {line}"


def metadata() -> dict[str, Any]:
    """The resolved workspace."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    result = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def dependencies_point_one_way() -> Iterator[str]:
    """A crate of the workspace depends only on those that the table of ARCHITECTURE.md allows; a backend author
    needs namidb-core and conformance and nothing else."""
    found = metadata()
    ours = set(found["workspace_members"])
    for package in found["packages"]:
        if package["id"] not in ours:
            continue
        name = package["name"]
        if name not in BELOW:
            yield f"{name} is not in the table of scripts/check_tree.py"
            continue
        for dependency in package["dependencies"]:
            other = dependency["name"]
            optional = OPTIONAL.get(name, set()) if dependency["optional"] else set()
            if dependency["kind"] != "dev" and other in BELOW and other not in BELOW[name] | optional:
                yield f"{name} depends on {other}"


def the_engine_has_no_network() -> Iterator[str]:
    """Core, language, local backends and the suite pull no SDK, no HTTP client and no TLS."""
    found = metadata()
    packages = {package["id"]: package["name"] for package in found["packages"]}
    nodes = {node["id"]: node for node in found["resolve"]["nodes"]}
    for start in [key for key, name in packages.items() if name in NO_NETWORK and key in found["workspace_members"]]:
        todo, seen = [start], {start}
        while todo:
            for dependency in nodes[todo.pop()]["deps"]:
                only_dev = all(kind["kind"] == "dev" for kind in dependency["dep_kinds"])
                if only_dev or dependency["pkg"] in seen:
                    continue
                seen.add(dependency["pkg"])
                todo.append(dependency["pkg"])
        for name in sorted(packages[key] for key in seen if NETWORK.match(packages[key])):
            yield f"{packages[start]} pulls {name}"


# What a cargo feature of the facade brings, beside what all of them do.
SDKS = {
    "memory": None,
    "file": None,
    "s3": re.compile(r"^aws-"),
    "gcs": re.compile(r"^google-cloud-"),
    "azure": re.compile(r"^(azure|typespec)"),
}
BANNED = re.compile(r"^(aws-lc-|openssl$|openssl-sys$|native-tls$|object_store$)")


def an_sdk_is_in_the_tree_only_if_it_is_picked() -> Iterator[str]:
    """A cargo feature of the facade brings its own SDK and no other; nothing brings a TLS but rustls with ring."""
    for feature, own in SDKS.items():
        command = ["cargo", "tree", "--locked", "-p", "namidb", "--edges", "normal,build", "--prefix", "none"]
        result = subprocess.run(
            [*command, "--no-default-features", "--features", feature],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        names = sorted({line.split()[0] for line in result.stdout.splitlines() if line})
        for name in names:
            if BANNED.match(name):
                yield f"{feature} brings {name}"
            for other, sdk in SDKS.items():
                if sdk and other != feature and sdk.match(name):
                    yield f"{feature} brings {name}"
            if own is None and NETWORK.match(name):
                yield f"{feature} brings {name}"
        if own and not any(own.match(name) for name in names):
            yield f"{feature} brings no SDK"


CHECKS = [
    no_hidden_switches,
    no_registry_hosts,
    no_paths_of_a_machine,
    one_idea_a_file,
    folders_say_what_they_are,
    comments_hold_no_history,
    no_test_is_switched_off,
    dependencies_point_one_way,
    the_engine_has_no_network,
    an_sdk_is_in_the_tree_only_if_it_is_picked,
]


def main() -> int:
    """Runs every check; 1 if any found something."""
    failed = 0
    for check in CHECKS:
        findings = list(check())
        print(f"{'FAILED' if findings else 'ok':6}  {check.__name__}")
        if findings:
            failed += 1
            print(f"        {(check.__doc__ or '').split(chr(10))[0]}")
            for finding in findings:
                print(f"        {finding}")
    print(f"\n{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
