use super::*;

#[test]
fn every_clause_parses_to_itself() {
    for (text, keyword) in [
        ("MATCH (n) RETURN n", "MATCH"),
        ("OPTIONAL MATCH (n), (m) WHERE n.a RETURN n", "OPTIONAL MATCH"),
        ("UNWIND [1] AS x RETURN x", "UNWIND"),
        ("WITH 1 AS x WHERE x RETURN x", "WITH"),
        ("RETURN 1", "RETURN"),
        ("CREATE (n)-[:R]->(m)", "CREATE"),
        ("MERGE (n) ON CREATE SET n.a = 1 ON MATCH SET n.b = 2", "MERGE"),
        ("SET n.a = 1", "SET"),
        ("REMOVE n.a", "REMOVE"),
        ("DELETE n", "DELETE"),
        ("DETACH DELETE n, m", "DELETE"),
        ("FOREACH (x IN [1] | CREATE ())", "FOREACH"),
        ("CALL db.labels()", "CALL"),
        ("OPTIONAL CALL db.labels() YIELD label RETURN label", "CALL"),
        ("CALL { RETURN 1 AS x } RETURN x", "CALL"),
        ("LOAD CSV WITH HEADERS FROM 'a' AS row FIELDTERMINATOR ';' RETURN row", "LOAD CSV"),
    ] {
        let clause = clause(text);
        assert_eq!(clause.keyword(), keyword, "{text}");
        assert!(text.starts_with(cut(text, clause.span())), "{text}");
    }
}

#[test]
fn projections_have_a_star_items_order_and_bounds() {
    let text = "RETURN DISTINCT *, a.b AS c, d ORDER BY c DESC, d ASC, e SKIP 1 LIMIT $l";
    let Clause::Return(Return { projection, .. }) = clause(text) else { panic!() };
    assert!(projection.distinct && projection.star);
    let aliases: Vec<_> = projection.items.iter().map(|item| item.alias.as_ref().map(|a| &*a.text)).collect();
    assert_eq!(aliases, [Some("c"), None]);
    let descending: Vec<_> = projection.order_by.iter().map(|item| item.descending).collect();
    assert_eq!(descending, [true, false, false]);
    assert!(projection.skip.is_some() && projection.limit.is_some());
    assert_eq!(
        cut(text, projection.span),
        "DISTINCT *, a.b AS c, d ORDER BY c DESC, d ASC, e SKIP 1 LIMIT $l"
    );
    same("RETURN 1 ORDER BY 1 ASCENDING OFFSET 2", "RETURN 1 ORDER BY 1 SKIP 2");
    same("RETURN 1 ORDER BY 1 DESCENDING", "RETURN 1 ORDER BY 1 DESC");
    same("RETURN 1 LIMIT 1 + 1", "RETURN 1 LIMIT (1 + 1)");
}

#[test]
fn set_and_remove_tell_properties_from_labels_and_whole_entities() {
    let Clause::Set(set) = clause("SET n.a = 1, n.b.c = 2, n[$k] = 3, n = {}, n += $m, n:A:B, (n).d = 4")
    else {
        panic!()
    };
    let kinds: Vec<_> = set
        .items
        .iter()
        .map(|item| match &item.kind {
            SetKind::Property { key, .. } => format!("property {}", key.text),
            SetKind::DynamicProperty { .. } => "dynamic".to_owned(),
            SetKind::Replace { .. } => "replace".to_owned(),
            SetKind::Merge { .. } => "merge".to_owned(),
            SetKind::Labels { labels, .. } => format!("{} labels", labels.len()),
        })
        .collect();
    assert_eq!(kinds, ["property a", "property c", "dynamic", "replace", "merge", "2 labels", "property d"]);
    let Clause::Remove(remove) = clause("REMOVE n.a, n:A:B, n[$k], (n).b") else { panic!() };
    let kinds: Vec<_> = remove
        .items
        .iter()
        .map(|item| match &item.kind {
            RemoveKind::Property { key, .. } => format!("property {}", key.text),
            RemoveKind::DynamicProperty { .. } => "dynamic".to_owned(),
            RemoveKind::Labels { labels, .. } => format!("{} labels", labels.len()),
        })
        .collect();
    assert_eq!(kinds, ["property a", "2 labels", "dynamic", "property b"]);
}

#[test]
fn calls_have_arguments_and_yields_or_none() {
    let call = |text: &str| match clause(text) {
        Clause::CallProcedure(call) => call,
        other => panic!("{other:?}"),
    };
    assert_eq!(call("CALL a.b.c").arguments, None);
    assert_eq!(call("CALL a.b.c()").arguments.map(|a| a.len()), Some(0));
    assert_eq!(call("CALL a.b.c(1, 2)").name.text.as_ref(), "a.b.c");
    assert!(call("CALL a() YIELD *").yields.unwrap().star);
    assert_eq!(call("CALL a() YIELD -").yields.unwrap().items.len(), 0);
    let yields = call("CALL a() YIELD b, c AS d WHERE d > 1 RETURN d").yields.unwrap();
    assert_eq!(yields.items.len(), 2);
    assert_eq!(yields.items[1].alias.as_ref().unwrap().text.as_ref(), "d");
    assert!(yields.predicate.is_some());
}

#[test]
fn subqueries_have_imports_and_transactions_or_none() {
    let call = |text: &str| match clause(text) {
        Clause::CallSubquery(call) => call,
        other => panic!("{other:?}"),
    };
    assert!(call("CALL { CREATE () }").imports.is_none());
    assert!(call("CALL (*) { CREATE () }").imports.unwrap().star);
    assert_eq!(call("CALL () { CREATE () }").imports.unwrap().names.len(), 0);
    assert_eq!(call("CALL (a, b) { CREATE () }").imports.unwrap().names.len(), 2);
    assert!(call("CALL { CREATE () } IN TRANSACTIONS").in_transactions.unwrap().rows.is_none());
    assert!(call("CALL { CREATE () } IN TRANSACTIONS OF 10 ROWS").in_transactions.unwrap().rows.is_some());
    assert_eq!(call("CALL { RETURN 1 AS a UNION RETURN 2 AS a } RETURN a").query.unions.len(), 1);
}

#[test]
fn statements_have_a_mode_and_may_end_with_a_semicolon() {
    let mode = |text: &str| parse(text).unwrap().mode;
    assert_eq!(mode("RETURN 1;"), StatementMode::Run);
    assert_eq!(mode("EXPLAIN RETURN 1"), StatementMode::Explain);
    assert_eq!(mode("profile RETURN 1 ; "), StatementMode::Profile);
    let text = " RETURN 1 // one\n; ";
    assert_eq!(cut(text, parse(text).unwrap().span), "RETURN 1");
}

#[test]
fn schema_commands_are_written_in_the_old_style_and_in_the_new() {
    same("CREATE INDEX ON :A(b, c)", "CREATE RANGE INDEX FOR (n:A) ON (n.b, n.c)");
    same(
        "CREATE INDEX i IF NOT EXISTS FOR ()-[r:A]-() ON (r.b)",
        "CREATE INDEX i IF NOT EXISTS FOR ()<-[r:A]-() ON (r.b)",
    );
    same(
        "CREATE CONSTRAINT ON (n:A) ASSERT n.b IS UNIQUE",
        "CREATE CONSTRAINT FOR (m:A) REQUIRE (m.b) IS UNIQUE",
    );
    same(
        "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.b IS NODE KEY",
        "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.b IS KEY",
    );
    same(
        "CREATE CONSTRAINT FOR (n:A) REQUIRE n.b IS :: integer",
        "CREATE CONSTRAINT FOR (n:A) REQUIRE n.b IS TYPED INTEGER",
    );
    for text in [
        "CREATE TEXT INDEX FOR (n:A) ON (n.b)",
        "CREATE FULLTEXT INDEX i FOR (n:A|B) ON EACH [n.b, n.c] OPTIONS {x: 1}",
        "CREATE VECTOR INDEX i FOR (n:A) ON (n.b) OPTIONS {indexConfig: {`vector.dimensions`: 3}}",
        "CREATE LOOKUP INDEX FOR (n) ON EACH labels(n)",
        "CREATE LOOKUP INDEX FOR ()-[r]-() ON EACH type(r)",
        "CREATE CONSTRAINT c IF NOT EXISTS FOR (n:A) REQUIRE (n.b, n.c) IS UNIQUE",
        "CREATE CONSTRAINT FOR ()-[r:A]-() REQUIRE r.b IS NOT NULL",
        "DROP INDEX i IF EXISTS",
        "DROP INDEX ON :A(b)",
        "DROP CONSTRAINT c",
        "DROP CONSTRAINT c IF EXISTS;",
    ] {
        assert!(matches!(parse(text).unwrap().kind, StatementKind::Schema(_)), "{text}");
    }
    for text in [
        "SHOW INDEXES",
        "SHOW INDEX",
        "SHOW ALL INDEXES YIELD name, type WHERE type = 'RANGE'",
        "SHOW CONSTRAINTS WHERE name = 'c'",
        "SHOW FUNCTIONS YIELD *",
        "SHOW PROCEDURES",
        "SHOW DATABASES",
    ] {
        assert!(matches!(parse(text).unwrap().kind, StatementKind::Show(_)), "{text}");
    }
}

#[test]
fn words_of_schema_commands_can_name_paths() {
    for word in ["index", "text", "point", "constraint", "range"] {
        assert_eq!(clause(&format!("CREATE {word} = (a)-[:R]->(b) RETURN {word}")).keyword(), "CREATE");
    }
}

#[test]
fn unions_are_flat_and_of_one_kind() {
    let StatementKind::Query(query) = parse("RETURN 1 UNION RETURN 2 UNION DISTINCT RETURN 3").unwrap().kind
    else {
        panic!()
    };
    assert_eq!(query.unions.len(), 2);
    assert!(query.unions.iter().all(|union| !union.all));
}

#[test]
fn subqueries_of_expressions_may_end_as_they_like_but_for_collect() {
    for text in ["EXISTS { MATCH (a) }", "COUNT { MATCH (a) WITH a }", "EXISTS { MATCH (a) UNION MATCH (b) }"]
    {
        expr(text);
    }
    assert!(parse("RETURN COLLECT { MATCH (a) }").is_err());
    assert!(parse("RETURN COLLECT { (a)-->(b) }").is_err());
}
