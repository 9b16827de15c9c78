"""The answers, computed on bare arrays: what every engine is checked against, and how quick arrays alone can be."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from bench import graph
from bench.engine import Engine, Row, UnsupportedError

STEPS_MAX = 6


class Lists:
    """Neighbours by node: offsets, and one array of neighbours."""

    def __init__(self, sources: Any, targets: Any, count: int) -> None:
        """Sorts relationships between so many nodes."""
        order = np.lexsort((targets, sources))
        self.offsets = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=count))])
        self.targets = targets[order]

    def of(self, node: int) -> Any:
        """The neighbours of one node."""
        return self.targets[self.offsets[node] : self.offsets[node + 1]]

    def of_all(self, nodes: Any) -> Any:
        """The neighbours of several nodes, one after the other."""
        begin = self.offsets[nodes]
        lengths = self.offsets[nodes + 1] - begin
        shift = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(nodes) else lengths
        return self.targets[np.repeat(begin - shift, lengths) + np.arange(lengths.sum())]


class Csr(Engine):
    """Compressed sparse rows in numpy."""

    persistent: ClassVar[bool] = False

    def open(self, directory: Path) -> None:
        """There is nothing to open."""

    def load(self, data: Path) -> None:
        """Sorts the relationships into lists."""
        with self.preparing():
            self.tables = {name: graph.table(data, name) for name in [*graph.NODES, *graph.RELATIONSHIPS]}
            numbers = {
                (name, column): table[column].to_numpy()
                for name, table in self.tables.items()
                for column in table.schema.names
                if not str(table[column].type).startswith("string")
            }
            self.first = self.tables["Person"]["firstName"].to_pylist()
            self.last = self.tables["Person"]["lastName"].to_pylist()
        self.numbers: dict[tuple[str, str], Any] = numbers
        self.count = self.tables["Person"].num_rows
        a, b = numbers["KNOWS", "src"], numbers["KNOWS", "dst"]
        self.knows = Lists(np.concatenate([a, b]), np.concatenate([b, a]), self.count)
        self.out = Lists(a, b, self.count)
        self.posts = Lists(numbers["HAS_CREATOR", "dst"], numbers["HAS_CREATOR", "src"], self.count)

    def marked(self, nodes: Any) -> Any:
        """Which persons are among some nodes."""
        marks = np.zeros(self.count, bool)
        marks[nodes] = True
        return marks

    def query(self, workload: str, cypher: str, params: dict[str, Any]) -> list[Row]:
        """The answer."""
        answers = {
            "W2_point": self.point,
            "W3_1hop": self.one_hop,
            "W3_2hop": self.two_hops,
            "W3_3hop": self.three_hops,
            "W4_ic2": self.ic2,
            "W4_ic9": self.ic9,
            "W5_labels": self.labels,
            "W5_city": self.city,
            "W5_tags": self.tags,
            "W5_tags2": self.tags2,
            "W5_degree": self.degree,
            "W6_local": self.local,
            "W6_tri": self.triangles,
            "W7_var": self.reach,
            "W7_sp": self.distance,
        }
        if workload not in answers:
            raise UnsupportedError(workload)
        return answers[workload](params)

    def point(self, params: dict[str, Any]) -> list[Row]:
        """W2: a person's properties."""
        at = params["id"]
        return [(self.first[at], self.last[at], int(self.numbers["Person", "age"][at]))]

    def walk(self, lists: Lists, start: int, steps: int) -> Any:
        """The persons at the ends of walks."""
        ends = lists.of(start)
        for _ in range(steps - 1):
            ends = np.flatnonzero(self.marked(lists.of_all(ends)))
        return ends

    def reached(self, start: int, steps: int) -> list[Any]:
        """The persons by how many steps they are away, the start left out."""
        seen = self.marked([start])
        levels = []
        edge = np.array([start])
        for _ in range(steps):
            marks = self.marked(self.knows.of_all(edge))
            marks &= ~seen
            seen |= marks
            edge = np.flatnonzero(marks)
            levels.append(edge)
        return levels

    def newest(self, friends: Any, before: int) -> list[Row]:
        """The newest posts of some persons before a date."""
        friends = np.asarray(friends)
        posts = self.posts.of_all(friends)
        creators = np.repeat(friends, self.posts.offsets[friends + 1] - self.posts.offsets[friends])
        dates = self.numbers["Post", "creationDate"]
        early = dates[posts] < before
        posts, creators = posts[early], creators[early]
        order = np.lexsort((posts, -dates[posts]))[:20]
        return [(int(creators[i]), int(posts[i]), int(dates[posts[i]])) for i in order]

    def tops(self, tags: Any) -> list[Row]:
        """The most frequent tags."""
        counts = np.bincount(tags)
        order = np.lexsort((np.arange(len(counts)), -counts))[:10]
        return [(f"Tag_{tag:05d}", int(counts[tag])) for tag in order]

    def one_hop(self, params: dict[str, Any]) -> list[Row]:
        """W3: friends."""
        return [(int(x), self.first[x]) for x in self.knows.of(params["id"])]

    def two_hops(self, params: dict[str, Any]) -> list[Row]:
        """W3: how many friends of friends there are."""
        marks = self.marked(self.walk(self.knows, params["id"], 2))
        marks[params["id"]] = False
        return [(int(marks.sum()),)]

    def three_hops(self, params: dict[str, Any]) -> list[Row]:
        """W3: how many are three directed steps away."""
        return [(len(self.walk(self.out, params["id"], 3)),)]

    def ic2(self, params: dict[str, Any]) -> list[Row]:
        """W4: the newest posts of friends."""
        return self.newest(self.knows.of(params["id"]), params["d"])

    def ic9(self, params: dict[str, Any]) -> list[Row]:
        """W4: the newest posts of friends and their friends."""
        return self.newest(np.sort(np.concatenate(self.reached(params["id"], 2))), params["d"])

    def labels(self, _: dict[str, Any]) -> list[Row]:
        """W5: how many nodes each label has."""
        return [(name, self.tables[name].num_rows) for name in graph.NODES]

    def city(self, _: dict[str, Any]) -> list[Row]:
        """W5: the mean age in each city."""
        city, person = self.numbers["LIVES_IN", "dst"], self.numbers["LIVES_IN", "src"]
        count = np.bincount(city)
        total = np.bincount(city, weights=self.numbers["Person", "age"][person])
        return [(f"City_{c:05d}", total[c] / count[c], int(count[c])) for c in np.flatnonzero(count)]

    def tags(self, _: dict[str, Any]) -> list[Row]:
        """W5: the most frequent tags."""
        return self.tops(self.numbers["HAS_TAG", "dst"])

    def tags2(self, _: dict[str, Any]) -> list[Row]:
        """W5: the most frequent tags of young persons' posts."""
        creator = self.numbers["HAS_CREATOR", "dst"][self.numbers["HAS_TAG", "src"]]
        young = self.numbers["Person", "age"][creator] < 30
        return self.tops(self.numbers["HAS_TAG", "dst"][young])

    def degree(self, _: dict[str, Any]) -> list[Row]:
        """W5: how many persons have each degree."""
        count = np.bincount(np.diff(self.knows.offsets))
        return [(int(degree), int(count[degree])) for degree in np.flatnonzero(count) if degree]

    def local(self, params: dict[str, Any]) -> list[Row]:
        """W6: closed walks of three steps from a person."""
        friends = self.knows.of(params["id"])
        return [(int(self.marked(friends)[self.knows.of_all(friends)].sum()),)]

    def triangles(self, _: dict[str, Any]) -> list[Row]:
        """W6: triangles a to b to c and a to c."""
        total = 0
        for person in range(self.count):
            friends = self.out.of(person)
            total += int(self.marked(friends)[self.out.of_all(friends)].sum())
        return [(total,)]

    def reach(self, params: dict[str, Any]) -> list[Row]:
        """W7: how many persons are at most three steps away."""
        return [(sum(len(level) for level in self.reached(params["id"], 3)),)]

    def distance(self, params: dict[str, Any]) -> list[Row]:
        """W7: how far two persons are apart."""
        levels = self.reached(params["a"], STEPS_MAX)
        return [(steps + 1,) for steps, level in enumerate(levels) if params["b"] in level]

    def egress(self, workload: str, cypher: str, form: str) -> Any:
        """The columns as they lie in the file."""
        if workload == "W10_range":
            raise UnsupportedError(workload)
        names = ["src", "dst", "date"] if workload == "W10_edges" else ["id", "creationDate", "content"]
        table = self.tables["LIKES" if workload == "W10_edges" else "Post"].select(names)
        return {"arrow": lambda: table, "pandas": table.to_pandas, "dicts": table.to_pylist}[form]()
