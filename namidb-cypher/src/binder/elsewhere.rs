//! Functions and procedures that other systems have, and what does their work here.

/// Names in small letters, those that end in a dot with all that begin so; the longest that fits is taken.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &["now", "getdate", "sysdate", "current_timestamp", "current_date"],
        "datetime() and date() tell the time",
    ),
    (&["ifnull", "nvl", "isnull"], "coalesce(x, y) is y where x is null"),
    (&["concat", "concat_ws"], "Texts are joined with + or ||"),
    (&["group_concat", "string_agg", "array_agg", "listagg"], "collect(x) makes a list of all values"),
    (&["if", "iif", "decode"], "Write CASE WHEN condition THEN x ELSE y END"),
    (
        &["len", "count_distinct", "cardinality"],
        "size(x) counts characters and elements, count(DISTINCT x) values",
    ),
    (&["any", "all", "none", "single"], "Write any(x IN list WHERE condition)"),
    (&["datediff", "date_diff", "timestampdiff"], "duration.between(a, b) is the time between"),
    (&["date_trunc"], "date.truncate('month', x) and its like cut off"),
    (&["date_format", "to_char", "strftime"], "format(x, 'yyyy-MM-dd') writes a date"),
    (&["cast", "convert"], "toInteger(x), toFloat(x), toString(x) and toBoolean(x) convert"),
    (&["db.indexes"], "SHOW INDEXES lists them"),
    (&["db.constraints"], "SHOW CONSTRAINTS lists them"),
    (&["dbms.procedures", "dbms.functions"], "SHOW PROCEDURES and SHOW FUNCTIONS list them"),
    (&["db.index.fulltext."], "There are no fulltext indexes: CONTAINS and =~ find words"),
    (
        &["db.index.vector."],
        "There are no vector indexes: ORDER BY vector.similarity.cosine(n.embedding, $to) DESC LIMIT 10",
    ),
    (&["db.create."], "Write CREATE INDEX, CREATE CONSTRAINT or SET n.key = value"),
    (&["apoc.periodic."], "CALL { .. } IN TRANSACTIONS OF 1000 ROWS commits in between"),
    (
        &["apoc.create.", "apoc.merge."],
        "Labels, types and keys can be computed: CREATE (n:$($label)), MERGE (a)-[:$($type)]->(b), SET n[$key] = 1",
    ),
    (&["apoc.create.uuid", "apoc.create.uuids"], "randomUUID() makes one"),
    (
        &["apoc.load.", "apoc.import."],
        "Read it in the program and pass it as a parameter; LOAD CSV reads files",
    ),
    (&["apoc.export."], "Read the rows in the program: results leave as Arrow and as rows"),
    (
        &["apoc.do.", "apoc.when", "apoc.case", "apoc.cypher."],
        "CALL (*) { WITH * WHERE condition .. } does some of it",
    ),
    (
        &["apoc.path.", "apoc.algo."],
        "Paths are repeated and chosen in the pattern: MATCH p = SHORTEST 1 (a)-[:TYPE]->+(b)",
    ),
    (
        &["apoc.meta.", "apoc.schema."],
        "CALL db.schema.visualization(), db.schema.nodeTypeProperties() and SHOW tell",
    ),
    (
        &["apoc.coll.", "apoc.map."],
        "coll.sort(), coll.distinct() and others, list comprehensions, reduce() and map projections do it",
    ),
    (&["apoc.text.join"], "Write reduce(text = '', x IN list | text + x)"),
    (
        &["apoc.date.", "apoc.temporal."],
        "The temporal functions do it: datetime({epochMillis: x}), format(x, pattern)",
    ),
    (
        &["apoc.convert.tojson", "apoc.convert.fromjsonmap", "apoc.convert.fromjsonlist"],
        "Maps and lists are values: pass them as parameters",
    ),
    (
        &["apoc.", "gds.", "algo.", "mg."],
        "Libraries of Neo4j and Memgraph are not here: SHOW FUNCTIONS and SHOW PROCEDURES list what is, and \
        register_function and register_procedure add to it",
    ),
];

/// What does here what a function or procedure of that name does elsewhere.
pub(super) fn instead_of(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let fits = |known: &&&str| if known.ends_with('.') { name.starts_with(**known) } else { name == **known };
    let all = KNOWN.iter().flat_map(|(names, hint)| names.iter().map(move |known| (known, *hint)));
    all.filter(|(known, _)| fits(known)).max_by_key(|(known, _)| known.len()).map(|(_, hint)| hint)
}
