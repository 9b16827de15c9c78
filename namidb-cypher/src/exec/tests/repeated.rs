//! Repeated paths and the choice among paths, against the walks that variable-length patterns give.

use super::paths::pairs;
use super::random::{graph, pick};
use super::*;
use proptest::prelude::*;

/// Rows in an order of their own; the same for batches of any size.
fn sorted(graph: &mut Graph, text: &str) -> Vec<String> {
    let mut first: Option<Vec<String>> = None;
    for batch_rows in [2048, 1, 3] {
        graph.cx.batch_rows = batch_rows;
        let rows = graph.rows(text);
        assert_eq!(first.get_or_insert_with(|| rows.clone()), &rows, "{text}");
    }
    let mut rows = first.unwrap();
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_repeated_step_is_a_relationship_of_variable_length(
        (setup, _) in graph(7),
        (step, plain) in prop::sample::select(vec![
            ("(x)-[r:R]->(y)", "-[r:R*@]->"),
            ("(x)<-[r]-(y)", "<-[r*@]-"),
            ("(x)-[r]-(y)", "-[r*@]-"),
            ("(x)-[r:S {w: 1}]->(y)", "-[r:S*@ {w: 1}]->"),
        ]),
        (quantifier, length) in prop::sample::select(vec![
            ("+", "1.."), ("*", "0.."), ("{2}", "2"), ("{1,3}", "1..3"), ("{,2}", "0..2"), ("{2,}", "2.."),
        ]),
        (left, right) in (pick(&["(a)", "(a:A)", "(a {x: 1})"]), pick(&["(b)", "(b:B)", "(a)"])),
        (condition, asked) in prop::sample::select(vec![
            ("", ""),
            (" WHERE r.w < 2", "WHERE all(e IN r WHERE e.w < 2)"),
            (" WHERE x.x <= y.x", "WHERE all(i IN range(0, size(r) - 1) WHERE nodes(p)[i].x <= nodes(p)[i + 1].x)"),
        ]),
    ) {
        let mut graph = Graph::with(&setup);
        let end = if right == "(a)" { "a" } else { "b" };
        let naive = format!(
            "MATCH p = {left}{}{right} {asked} RETURN a, {end} AS b, p, r, nodes(p)[..-1] AS x, tail(nodes(p)) AS y",
            plain.replace('@', length),
        );
        let repeated =
            format!("MATCH p = {left}({step}{condition}){quantifier}{right} RETURN a, {end} AS b, p, r, x, y");
        prop_assert_eq!(sorted(&mut graph, &repeated), sorted(&mut graph, &naive), "{}", repeated);
    }

    #[test]
    fn a_repeated_path_of_two_steps_is_all_its_repetitions(
        (setup, _) in graph(7),
        (one, two) in prop::sample::select(vec![
            ("-[e:R]->(m)-[f]-", "-[:R]->()-[]-()-[:R]->()-[]-"),
            ("<-[e]-(m:A)-[f]->", "<--(:A)-->()<--(:A)-->"),
        ]),
    ) {
        let mut graph = Graph::with(&setup);
        let naive = [&one.replace("(m", "("), two]
            .map(|path| format!("MATCH p = (a){path}(b) RETURN a, b, p"))
            .join(" UNION ALL ")
            .replace("[e", "[").replace("[f", "[");
        let repeated = format!("MATCH p = (a)(({one}()){{1,2}}(b) RETURN a, b, p").replace("((-", "(()-").replace("((<", "(()<");
        prop_assert_eq!(sorted(&mut graph, &repeated), sorted(&mut graph, &naive), "{}", repeated);
    }

    #[test]
    fn chosen_paths_are_the_shortest_of_all_between_their_ends(
        (setup, _) in graph(7),
        arrow in pick(&[
            "-[r:R]->+",
            "-[r]-+",
            "-[r]->{0,3}",
            "-[r*2..4]->",
            "-[r WHERE r.w < 2]->*",
            "-[r:!S]->+",
            "((x)-[r]->(y) WHERE x.x <> y.x)+",
            "((x)-[r]-(y) WHERE x.x <> y.x)+",
            "((x)-[r]-(m)-[s:S]->(y)){1,2}",
            "((x)-[r]->(y))+(c:A)-[s]-{0,2}",
            "-[r:R]->(c)-[s]->",
            "-[r:R]->(c)-[s:S]-+",
            "-[r:R]->+(c)-[s:S]->(d)-[:R]-",
            "-[r:S]->*(c:A)-[s:R]->+",
            "((x)-[r:R]->(y) WHERE x.x <> y.x)+(c)-[s:S]-",
            "-[r:R]->{2,3}(c)<-[s:S]-",
            "((x)-[r]->(m)<-[s]-(y))+",
            "((x)<-[r:R]-(m:A)-[s:R]->(y) WHERE y.x > 0)*",
            "((x)-[r:R]->(m)-[s:S]->(y) WHERE x.x <> y.x)+",
            "((x)-[r]->(m)<-[s]-(y) WHERE x.x <> y.x)+",
            "((x)-[r]->(m)-[s]->(y))+",
        ]),
        (left, right) in (pick(&["(a)", "(a:A)", "(a {x: 1})"]), pick(&["(b)", "(b:B)", "(b {x: 2})"])),
        condition in pick(&["", "WHERE a.x < 3", "WHERE b.x > 0"]),
        bound in any::<bool>(),
        (selector, count, lengths) in prop::sample::select(vec![
            ("ANY", 1, false), ("ANY 2", 2, false), ("ANY SHORTEST", 1, false), ("SHORTEST 1", 1, false),
            ("SHORTEST 3", 3, false), ("ALL SHORTEST", 1, true), ("SHORTEST 2 GROUPS", 2, true),
            ("SHORTEST PATH GROUP", 1, true),
        ]),
    ) {
        let mut graph = Graph::with(&setup);
        let all = format!("MATCH p = {left}{arrow}{right} {condition} RETURN a, b, p");
        let all = pairs(&graph.read(&all).unwrap());
        let ends = if bound { format!("MATCH {left}, {right} ") } else { String::new() };
        let text = format!("{ends}MATCH p = {selector} {left}{arrow}{right} {condition} RETURN a, b, p");
        for batch_rows in [2048, 1, 3] {
            graph.cx.batch_rows = batch_rows;
            let got = pairs(&graph.read(&text).unwrap());
            prop_assert_eq!(got.keys().collect::<Vec<_>>(), all.keys().collect::<Vec<_>>(), "{}", text);
            for (pair, paths) in &got {
                let all = &all[pair];
                let mut wanted: Vec<usize> = all.iter().map(|(length, _)| *length).collect();
                if lengths {
                    let mut distinct = wanted.clone();
                    distinct.dedup();
                    distinct.truncate(count);
                    wanted.retain(|length| distinct.contains(length));
                } else {
                    wanted.truncate(count);
                }
                let found: Vec<usize> = paths.iter().map(|(length, _)| *length).collect();
                prop_assert_eq!(&found, &wanted, "{} between {:?}", text, pair);
                let mut rest = all.clone();
                for path in paths {
                    let at = rest.iter().position(|other| other == path);
                    prop_assert!(at.is_some(), "{}: {:?}", text, path);
                    rest.remove(at.unwrap());
                }
            }
        }
    }
}

fn chain() -> Graph {
    Graph::with(
        "CREATE (a:P {n: 1})-[:R {w: 1}]->(b:P {n: 2})-[:R {w: 2}]->(c:P {n: 3})-[:R {w: 3}]->(d:P {n: 4}), \
         (d)-[:S]->(a), (a)-[:T {w: 9}]->(d)",
    )
}

#[test]
fn the_parts_of_a_repetition_are_lists_outside_and_single_inside() {
    let graph = chain();
    let text = "MATCH (a {n: 1}) ((x)-[r:R]->(y) WHERE r.w < x.n + 1){1,} (b) \
                RETURN [n IN x | n.n] AS x, [e IN r | e.w] AS r, [n IN y | n.n] AS y, b.n AS b ORDER BY b";
    assert_eq!(
        graph.rows(text),
        ["[1] | [1] | [2] | 2", "[1, 2] | [1, 2] | [2, 3] | 3", "[1, 2, 3] | [1, 2, 3] | [2, 3, 4] | 4"]
    );
    // No repetition: lists without elements.
    assert_eq!(
        graph.rows("MATCH (a {n: 4}) ((x)-[r:R]->(y))* (b) RETURN x, r, y, b.n AS b"),
        ["[] | [] | [] | 4"]
    );
    // What came before the clause is seen inside.
    assert_eq!(
        graph.rows(
            "UNWIND [1, 2] AS least MATCH ({n: 1}) (()-[r:R WHERE r.w > least]->())+ (b) RETURN b.n AS b"
        ),
        Vec::<String>::new()
    );
    assert_eq!(
        graph.sorted(
            "WITH 1 AS least MATCH ((x)-[r:R]->() WHERE r.w > least)+ RETURN size(x) AS s, sum(size(r)) AS t"
        ),
        ["1 | 2", "2 | 2"]
    );
}

#[test]
fn repetitions_stand_side_by_side_and_paths_go_through_all() {
    let graph = chain();
    assert_eq!(
        graph.sorted(
            "MATCH p = ((a:P)-[:R]->(b)){1,2} ((c)-[:S]->(d))+ RETURN [n IN nodes(p) | n.n] AS n, size(a) AS a, size(d) AS d"
        ),
        ["[2, 3, 4, 1] | 2 | 1", "[3, 4, 1] | 1 | 1"]
    );
    assert_eq!(
        graph.rows("OPTIONAL MATCH (x {n: 1}) ((a)-[r:U]->(b))+ (y) RETURN x, a, r, y"),
        ["null | null | null | null"]
    );
    assert_eq!(graph.value("MATCH (a {n: 1}) RETURN COUNT { (a) (()-[:R|T]->())+ () } AS c"), "4");
}

#[test]
fn elements_repeat_where_the_match_or_the_path_says_so() {
    let graph = Graph::with("CREATE (a:P {n: 1})-[:R]->(b:P {n: 2}), (b)-[:R]->(a), (b)-[:R]->(c:P {n: 3})");
    let lengths = |text: &str| graph.sorted(&format!("{text} RETURN length(p) AS l"));
    assert_eq!(lengths("MATCH p = ({n: 1})-[:R]->{1,6}({n: 3})"), ["2"]);
    assert_eq!(lengths("MATCH REPEATABLE ELEMENTS p = ({n: 1})-[:R]->{1,6}({n: 3})"), ["2", "4", "6"]);
    assert_eq!(
        lengths("MATCH REPEATABLE ELEMENTS p = WALK ({n: 1})(()-[:R]->()){1,6}({n: 3})"),
        ["2", "4", "6"]
    );
    assert_eq!(lengths("MATCH REPEATABLE ELEMENTS p = TRAIL ({n: 1})-[:R]->+({n: 3})"), ["2"]);
    assert_eq!(lengths("MATCH REPEATABLE ELEMENTS p = SHORTEST 2 ({n: 1})-[:R]->+({n: 3})"), ["2", "4"]);
    assert_eq!(
        lengths("MATCH REPEATABLE ELEMENTS p = SHORTEST 3 GROUPS ({n: 1})-[:R]->+({n: 1})"),
        ["2", "4", "6"]
    );
    assert_eq!(lengths("MATCH DIFFERENT RELATIONSHIPS p = ({n: 1})-[:R]->+()"), ["1", "2", "2"]);
    assert_eq!(lengths("MATCH p = ACYCLIC ({n: 1})-[:R]->+()"), ["1", "2"]);
    assert_eq!(lengths("MATCH p = ANY ACYCLIC PATH ({n: 1})-[:R]->*({n: 1})"), ["0"]);
    // Two paths of one clause.
    assert_eq!(graph.value("MATCH (a)-->(b), (c)-->(d) RETURN count(*) AS c"), "6");
    assert_eq!(graph.value("MATCH REPEATABLE ELEMENTS (a)-->(b), (c)-->(d) RETURN count(*) AS c"), "9");
    assert_eq!(graph.value("MATCH REPEATABLE ELEMENTS (a)-->(b)<--(c) RETURN count(*) AS c"), "3");
}

#[test]
fn a_condition_in_the_path_is_asked_before_the_choice_and_where_after_it() {
    let graph = chain();
    let lengths = |text: &str| graph.sorted(&format!("{text} RETURN length(p) AS l"));
    assert_eq!(lengths("MATCH p = SHORTEST 1 (a {n: 1})-[r]->+(b {n: 4})"), ["1"]);
    assert_eq!(lengths("MATCH p = SHORTEST 1 (a {n: 1})-[r WHERE r.w < 9]->+(b {n: 4})"), ["3"]);
    assert_eq!(lengths("MATCH p = SHORTEST 1 ((a {n: 1})-[r]->+(b {n: 4}) WHERE size(r) > 1)"), ["3"]);
    assert!(lengths("MATCH p = SHORTEST 1 (a {n: 1})-[r]->+(b {n: 4}) WHERE size(r) > 1").is_empty());
    assert!(lengths("MATCH p = ANY SHORTEST (a {n: 1})-[r]->+(b {n: 4}) WHERE length(p) > 1").is_empty());
    assert!(
        lengths("MATCH p = ALL SHORTEST (a {n: 1})-[r]->+(b {n: 4}) WHERE all(e IN r WHERE e.w < 9)")
            .is_empty()
    );
}

#[test]
fn what_has_no_meaning_is_refused_where_it_stands() {
    let graph = chain();
    for (text, detail) in [
        ("MATCH ((a)){2} RETURN 1 AS x", "InvalidRelationshipPattern"),
        ("MATCH ((a)-[*]->(b)){2} RETURN 1 AS x", "InvalidRelationshipPattern"),
        ("MATCH ((a)-->(b)){2}-->(c) RETURN 1 AS x", "UnexpectedSyntax"),
        ("MATCH ((a)-->(b))-->(c) RETURN 1 AS x", "UnexpectedSyntax"),
        ("MATCH (a) ((a)-->(b))+ RETURN a", "VariableAlreadyBound"),
        ("MATCH ((a)-->(b))+ ((a)-->(c))+ RETURN a", "VariableAlreadyBound"),
        ("MATCH (c) ((a)-->(b) WHERE b.n > c.n)+ RETURN a", "UndefinedVariable"),
        ("MATCH ((a)-->(b))+ RETURN a.n", "InvalidArgumentType"),
        ("MATCH p = SHORTEST 1 (a)-->+(b), (c) RETURN p", "UnexpectedSyntax"),
        ("MATCH p = SHORTEST 0 (a)-->+(b) RETURN p", "NumberOutOfRange"),
        ("MATCH p = SHORTEST $n (a)-->+(b) RETURN p", "UnsupportedFeature"),
        ("MATCH REPEATABLE ELEMENTS (a)-->+(b) RETURN a", "UnboundedPattern"),
        ("MATCH REPEATABLE ELEMENTS p = ANY (a)-->+(c)-->+(b) RETURN a", "UnboundedPattern"),
        ("CREATE ((a)-[:R]->(b)){2}", "CreatingVarLength"),
        ("CREATE TRAIL (a)-[:R]->(b)", "UnexpectedSyntax"),
        ("MERGE ((a)-[:R]->(b) WHERE a.x = 1)", "UnexpectedSyntax"),
    ] {
        let error = graph.read(text).map(|_| text).expect_err(text);
        assert_eq!(error.detail(), detail, "{text}: {error}");
        assert!(error.span().is_some(), "{text}");
    }
}

#[test]
fn a_long_walk_is_followed_without_recursion_and_within_memory() {
    let mut graph = Graph::new();
    graph.write("UNWIND range(0, 3000) AS i CREATE (:N {i: i})").unwrap();
    graph.write("MATCH (a:N), (b:N) WHERE id(b) = id(a) + 1 CREATE (a)-[:R]->(b)").unwrap();
    let text = "MATCH (a:N {i: 0}) ((x)-[r:R]->(y) WHERE x.i < y.i)+ (b:N {i: 3000}) RETURN size(x) AS s";
    assert_eq!(graph.rows(text), ["3000"]);
    assert_eq!(graph.rows(&text.replace("(a:N", "p = ANY SHORTEST (a:N")), ["3000"]);
    for _ in 0..2 {
        graph.write("MATCH (a:N), (b:N) WHERE id(b) = id(a) + 1 CREATE (a)-[:R]->(b)").unwrap();
    }
    // Three relationships a step: more walks than could ever be followed, and one that is chosen.
    assert_eq!(graph.rows(&text.replace("(a:N", "p = ANY SHORTEST (a:N")), ["3000"]);
    graph.cx.memory_limit = Some(4 << 20);
    let all = text.replace("(a:N", "p = ALL SHORTEST (a:N");
    assert_eq!(graph.read(&all).unwrap_err().code(), namidb_core::ErrorCode::MemoryLimit);
}

#[test]
fn the_search_for_some_of_the_shortest_ends_however_many_trails_there_are() {
    let mut dense = Graph::new();
    dense.write("UNWIND range(0, 29) AS n CREATE (:N {n: n})").unwrap();
    dense.write("MATCH (a:N), (b:N) WHERE a <> b CREATE (a)-[:R]->(b)").unwrap();
    let lengths = |graph: &Graph, path: &str| {
        graph.rows(&format!("MATCH p = {path} RETURN length(p) AS l, count(*) AS n ORDER BY l"))
    };
    // To each of 30 nodes, also back to the first.
    assert_eq!(lengths(&dense, "SHORTEST 2 (a:N {n: 0})-[:R]->+(b)"), ["1 | 29", "2 | 31"]);
    assert_eq!(lengths(&dense, "SHORTEST 2 GROUPS (a:N {n: 0})-[:R]->+(b:N {n: 1})"), ["1 | 1", "2 | 28"]);
    assert_eq!(lengths(&dense, "SHORTEST 4 (a:N {n: 0})-[:R]-+(b:N {n: 1})"), ["1 | 2", "2 | 2"]);
    assert_eq!(lengths(&dense, "SHORTEST 3 (a:N {n: 0})-[:R]-*(b:N {n: 0})"), ["0 | 1", "2 | 2"]);
    assert_eq!(
        lengths(&dense, "ANY 3 (a:N {n: 0}) ((x)-[r:R]->(y) WHERE x.n < y.n)+ (b:N {n: 2})"),
        ["1 | 1", "2 | 1"]
    );

    // Who played with whom: 20 actors in each of 20 films, two of them in the next one as well.
    let mut films = Graph::new();
    films
        .write(
            "UNWIND range(0, 19) AS f UNWIND range(0, 19) AS a CREATE (:Film {f: f}), (:Actor {a: a, f: f})",
        )
        .unwrap();
    films.write("MATCH (f:Film) WITH f.f AS f, collect(f)[0] AS film MATCH (a:Actor {f: f}) CREATE (a)-[:IN]->(film)").unwrap();
    films.write("MATCH (a:Actor), (b:Actor {a: 0}) WHERE a.a > 17 AND b.f = a.f + 1 MATCH (b)-[:IN]->(film) CREATE (a)-[:IN]->(film)").unwrap();
    let film = "((x:Actor)-[:IN]->(f:Film)<-[:IN]-(y:Actor))";
    let ends = ["(:Actor {a: 0, f: 0})", "(:Actor {a: 5, f: 9})"];
    assert_eq!(lengths(&films, &format!("SHORTEST 1 {}{film}+{}", ends[0], ends[1])), ["20 | 1"]);
    assert_eq!(lengths(&films, &format!("SHORTEST 4 {}{film}+{}", ends[0], ends[1])), ["20 | 4"]);

    // Trails that something leads to and from.
    dense.write("MATCH (a:N) WHERE a.n IN [0, 1] CREATE (:Stop {n: a.n})-[:AT]->(a)").unwrap();
    let stops = |selector: &str, step: &str| {
        lengths(
            &dense,
            &format!("{selector} (:Stop {{n: 0}})-[:AT]->(a)-[:R]->{step}(b)<-[:AT]-(:Stop {{n: 1}})"),
        )
    };
    assert_eq!(stops("SHORTEST 1", "+"), ["3 | 1"]);
    assert_eq!(stops("SHORTEST 3", "+"), ["3 | 1", "4 | 2"]);
    assert_eq!(stops("SHORTEST 2 GROUPS", "*"), ["3 | 1", "4 | 28"]);

    // The corners of a square are 22 steps apart, by 705,432 ways.
    let mut square = Graph::new();
    square.write("UNWIND range(0, 11) AS x UNWIND range(0, 11) AS y CREATE (:N {x: x, y: y})").unwrap();
    square.write("MATCH (a:N), (b:N) WHERE b.x = a.x + 1 AND b.y = a.y CREATE (a)-[:R]->(b)").unwrap();
    square.write("MATCH (a:N), (b:N) WHERE b.x = a.x AND b.y = a.y + 1 CREATE (a)-[:R]->(b)").unwrap();
    let corners = "MATCH (a:N {x: 0, y: 0}), (b:N {x: 11, y: 11})";
    let text = format!(
        "{corners} MATCH p = SHORTEST 5 (a)-[:R]->+(b) RETURN length(p) AS l, count(DISTINCT p) AS n"
    );
    assert_eq!(square.rows(&text), ["22 | 5"]);
    let text =
        format!("{corners} MATCH p = SHORTEST 3 (a)-[:R]-+(b) RETURN length(p) AS l, count(DISTINCT p) AS n");
    assert_eq!(square.rows(&text), ["22 | 3"]);
    square.cx.memory_limit = Some(1 << 20);
    let all = format!("{corners} MATCH p = SHORTEST 2 GROUPS (a)-[:R]->+(b) RETURN count(*) AS n");
    assert_eq!(square.read(&all).unwrap_err().code(), namidb_core::ErrorCode::MemoryLimit);
}

#[test]
fn any_type_at_all_is_asked_of_relationships_too() {
    let graph = chain();
    assert_eq!(graph.value("MATCH ()-[r:%]->() RETURN count(*) AS c"), "5");
    assert_eq!(graph.value("MATCH ()-[r]->() WHERE r:% AND r IS !S RETURN count(*) AS c"), "4");
    assert_eq!(graph.value("MATCH ()-[r:!%]->() RETURN count(*) AS c"), "0");
    assert_eq!(graph.value("MATCH ()-[r:%&!(S|T)]->() RETURN count(*) AS c"), "3");
    assert_eq!(graph.value("MATCH (n) WHERE n IS P|Q AND n:% RETURN count(*) AS c"), "4");
}

#[test]
fn plans_tell_what_is_repeated_and_chosen() {
    let graph = chain();
    let plan = |text: &str| {
        let statement = prepare(text, &graph.state).unwrap();
        statement.explain(&graph.state).to_string()
    };
    let shown = plan("MATCH (a {n: 1}) ((x)-[r:R]->(y) WHERE r.w > 1){1,3} (b) RETURN x");
    assert!(
        shown.contains("Repeat") && shown.contains("(a){1,3}->(b)") && shown.contains("Expand"),
        "{shown}"
    );
    let shown = plan("MATCH p = SHORTEST 2 (a {n: 1})-[:R]->+(b) RETURN p");
    assert!(shown.contains("shortest 2"), "{shown}");
    // One of the shortest of a plain relationship is what shortestPath searches for.
    let shown = plan("MATCH p = ANY SHORTEST (a {n: 1})-[:R]->+(b {n: 3}) RETURN p");
    assert!(shown.contains("ShortestPath"), "{shown}");
    let shown = plan("MATCH p = ANY 2 (a {n: 1})-[:R]->(b)-[:R]->+(c) RETURN p");
    assert!(shown.contains("ChoosePaths") && shown.contains("VarExpand"), "{shown}");
    // A step whose relationships no other step can take finds no more than can count.
    let shown = plan("MATCH p = ANY 2 (a {n: 1})-[:S]->(b)-[:R]->+(c) RETURN p");
    assert!(shown.contains("ChoosePaths") && shown.contains("->(c) shortest 2"), "{shown}");
    for asked in ["size(r) > 1", "size(x) > 1", "length(p) > 1"] {
        let shown =
            plan(&format!("MATCH p = ANY 2 ((a)-[:S]->(b) ((x)-[r:R]->(y))+ (c) WHERE {asked}) RETURN p"));
        assert!(!shown.contains("->(c) shortest 2"), "{shown}");
    }
    // Without conditions a repeated step is a relationship of variable length.
    let shown = plan("MATCH (a {n: 1})-[:R]->{1,3}(b) RETURN b");
    assert!(shown.contains("VarExpand"), "{shown}");
}
