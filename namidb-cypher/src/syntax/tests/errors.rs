use super::*;
use namidb_core::ErrorCode;

/// A text with the place of its error between `«` and `»`, openCypher's word for it, and parts of what is said.
fn check(marked: &str, detail: &str, says: &[&str]) {
    let text = marked.replace(['«', '»'], "");
    let start = marked.find('«').unwrap();
    let end = marked.find('»').unwrap() - '«'.len_utf8();
    let error = parse(&text).expect_err(&text);
    assert_eq!(error.detail(), detail, "{text}: {error:?}");
    assert_eq!(error.error_type(), "SyntaxError");
    assert_eq!(error.phase(), "compile time");
    let span = error.span().unwrap();
    assert_eq!((span.start as usize, span.end as usize), (start, end), "{text}: {error:?}");
    for part in says {
        assert!(error.to_string().contains(part), "{text}: {error}");
    }
}

fn unexpected(marked: &str, says: &[&str]) {
    check(marked, "UnexpectedSyntax", says);
}

#[test]
fn what_was_expected_is_told() {
    unexpected("«»", &["expected a clause", "the end of the query"]);
    unexpected("RETURN «»", &["expected an expression but found the end of the query"]);
    unexpected("RETURN 1 +«»", &["expected an expression"]);
    unexpected("RETURN (1«»", &["an operator or ')'"]);
    unexpected("RETURN [1, 2«»", &["']'"]);
    unexpected("RETURN [1 «2»]", &["',' or ']'", "the number 2"]);
    unexpected("RETURN {«1»: 2}", &["a key"]);
    unexpected("RETURN {a «2»}", &["':'"]);
    unexpected("RETURN n.«»", &["a property key"]);
    unexpected("RETURN n.«'a'»", &["the string 'a'"]);
    unexpected("RETURN CASE a «END»", &["WHEN"]);
    unexpected("RETURN CASE WHEN 1 «END»", &["THEN"]);
    unexpected("RETURN CASE WHEN 1 THEN 2«»", &["WHEN, ELSE or END"]);
    unexpected("RETURN all(x IN y«)»", &["WHERE"]);
    unexpected("RETURN f(1«»", &["',' or ')'"]);
    unexpected("CREATE CONSTRAINT FOR (n:A) REQUIRE n.b IS TYPED «`INTEGER`»", &["a type"]);
    unexpected("RETURN 1 AS «»", &["a variable"]);
    unexpected("RETURN 1 AS «'a'»", &["a variable"]);
    unexpected("MATCH «n» RETURN n", &["a node, such as (n)"]);
    unexpected("MATCH (n«.»a) RETURN n", &["':', '{', WHERE or ')'"]);
    unexpected("MATCH (n)-[r«)»-(m) RETURN n", &["']'"]);
    unexpected("MATCH (n)-«>»(m) RETURN n", &["'-'"]);
    unexpected("MATCH (n)-->«RETURN» n", &["a node"]);
    unexpected("SET n«»", &["'.', '=', '+=' or ':'"]);
    unexpected("SET n.a«»", &["'='"]);
    unexpected("SET «f(n)» = 1", &["a property or a variable"]);
    unexpected("REMOVE «n»", &["a property or a label", "DELETE"]);
    unexpected("UNWIND [1] «x»", &["AS"]);
    unexpected("MERGE (n) ON «DELETE» SET n.a = 1", &["CREATE or MATCH"]);
    unexpected("FOREACH (x IN y | «)»", &["a clause that writes"]);
    unexpected("CALL «1»", &["the name of a procedure"]);
    unexpected("CALL { RETURN 1«»", &["'}'"]);
    unexpected("DROP «TABLE» a", &["INDEX or CONSTRAINT"]);
    unexpected("SHOW «TABLES»", &["INDEXES, CONSTRAINTS"]);
    // What tells constraints apart tells nothing of indexes and functions, and is not passed over.
    unexpected("SHOW NODE «INDEXES»", &["UNIQUE, KEY"]);
    unexpected("SHOW PROPERTY «FUNCTIONS»", &["UNIQUE, KEY"]);
    unexpected("SHOW RELATIONSHIP «CONSTRAINTS»", &["UNIQUE, KEY"]);
    unexpected("CREATE INDEX FOR (n:A) «(»n.b)", &["ON"]);
    unexpected("CREATE CONSTRAINT FOR (n:A) REQUIRE n.b IS «GOOD»", &["UNIQUE, NOT NULL, KEY or TYPED"]);
    unexpected("MATCH (n) RETURN n «m»", &["a clause or the end of the query"]);
    unexpected("RETURN 1; «RETURN» 2", &["one statement at a time"]);
    unexpected("RETURN a = «NOT» b", &["parentheses"]);
}

#[test]
fn a_misspelt_keyword_is_guessed() {
    for (text, meant) in [
        ("«MACTH» (n) RETURN n", "MATCH"),
        ("MATCH (n) «RETRUN» n", "RETURN"),
        ("MATCH (n) «WERE» n.a = 1 RETURN n", "WHERE"),
        ("RETURN 1 «LIMT» 2", "LIMIT"),
        ("RETURN 1 «ODER» BY 1", "ORDER"),
        ("MATCH (n) «DETATCH» DELETE n", "DETACH"),
        ("«CRAETE» (n)", "CREATE"),
        ("MATCH (n) «OPTONAL» MATCH (m) RETURN n", "OPTIONAL"),
    ] {
        unexpected(text, &[&format!("Did you mean {meant}?")]);
    }
    let error = parse("RETURN n name").unwrap_err();
    assert_eq!(error.hint(), None);
}

#[test]
fn habits_of_other_languages_get_a_hint() {
    unexpected("RETURN a =«=» b", &["Equality is a single ="]);
    unexpected("RETURN a «!»= b", &["<>"]);
    unexpected("RETURN a «&»& b", &["AND"]);
    unexpected("RETURN a «#» b", &["Comments begin with //"]);
    unexpected("MATCH (n {a: «?»}) RETURN n", &["$name"]);
    unexpected("MATCH (n) WHERE n.a «LIKE» 'x%' RETURN n", &["STARTS WITH", "=~"]);
    unexpected("MATCH (n) WHERE n.a «BETWEEN» 1 AND 2 RETURN n", &["low <= x <= high"]);
    unexpected("MATCH (n) WHERE n.a «NOT» IN [1] RETURN n", &["NOT x IN list"]);
    unexpected("MATCH (n) WHERE n.a «STARTS» 'x' RETURN n", &["STARTS WITH"]);
    unexpected("MATCH (n) WHERE «!»n.a RETURN n", &["NOT"]);
    unexpected("«SELECT» n.a FROM n", &["MATCH (n:Label) RETURN"]);
    unexpected("«UPDATE» A SET a = 1", &["SET n.key = value"]);
    unexpected("INSERT «INTO» A VALUES (1)", &["CREATE (:Label"]);
    unexpected("MATCH (n) RETURN n «GROUP» BY n.a", &["are its groups"]);
    unexpected("MATCH (n) RETURN n.a «HAVING» count(*) > 1", &["WITH, which takes a WHERE"]);
    unexpected("CREATE (n:A) «WHERE» n.a = 1 RETURN n", &["FILTER condition"]);
    unexpected("RETURN {x«}»", &["$x"]);
    unexpected("MATCH (n {a «=» 1}) RETURN n", &["{a: value}"]);
    unexpected("MATCH (n {a «>» 1}) RETURN n", &["(n WHERE n.a > 1)"]);
    unexpected("MATCH (n {«'a'»: 1}) RETURN n", &["without quotes"]);
    unexpected("MATCH (n «Person») RETURN n", &[":Person"]);
    unexpected("MATCH (n)-«>»(m) RETURN n", &["-->"]);
    unexpected("MATCH (n)-[:A]«>»(m) RETURN n", &["-[:TYPE]->"]);
    unexpected("RETURN 'it'«'s'»", &["backslash"]);
    unexpected("«-»- a comment", &["//"]);
    unexpected("«:»param x => 1", &["a command of a tool"]);
    check("RETURN 42 «—» 41", "InvalidUnicodeCharacter", &["A minus sign is written -"]);
    check("RETURN «“»a”", "InvalidUnicodeCharacter", &["straight quotes"]);
    check("RETURN a «≠» b", "InvalidUnicodeCharacter", &["<>"]);
}

/// A text with its place, what is not supported, and the way out.
fn refused(marked: &str, says: &[&str]) {
    check(marked, "UnsupportedFeature", says);
}

#[test]
fn what_neo4j_does_besides_is_refused_with_the_way_out() {
    refused("CREATE «OR» REPLACE INDEX a FOR (n:A) ON (n.b)", &["OR REPLACE", "IF NOT EXISTS"]);
    refused("CREATE «OR» REPLACE DATABASE a", &["CREATE DATABASE", "URI"]);
    refused("CREATE «USER» a SET PASSWORD 'b'", &["There are no users"]);
    refused("CREATE «BTREE» INDEX a FOR (n:A) ON (n.b)", &["CREATE INDEX"]);
    refused("CREATE «NODE» TABLE A(b STRING)", &["no tables"]);
    refused("DROP «DATABASE» a", &["DETACH DELETE"]);
    refused("DROP CONSTRAINT «ON» (n:A) ASSERT n.b IS UNIQUE", &["SHOW CONSTRAINTS"]);
    refused("CREATE CONSTRAINT ON (n:A) ASSERT «exists»(n.b)", &["REQUIRE n.key IS NOT NULL"]);
    refused("CREATE CONSTRAINT «$a» FOR (n:A) REQUIRE n.b IS UNIQUE", &["into the text"]);
    refused("«GRANT» ROLE a TO b", &["There are no users"]);
    refused("«BEGIN»", &["begin()"]);
    refused("«COMMIT»", &["begin()"]);
    refused("«START» n = node(1) RETURN n", &["elementId(n)"]);
    refused("SHOW «SERVERS»", &["There are none"]);
    refused("SHOW «USERS» YIELD *", &["SHOW USERS", "There are no users"]);
    refused("SHOW INDEXES «VERBOSE»", &["YIELD *"]);
    refused("SHOW PROCEDURES EXECUTABLE «BY» alice", &["There are no users"]);
    refused("CYPHER 5 «planner»=cost RETURN 1", &["no options"]);
    refused("CYPHER «runtime»=slotted RETURN 1", &["no options"]);
    for text in ["CREATE user = (a)-[:T]->(b)", "CREATE table = (a)", "MATCH (cypher) RETURN cypher"] {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn reserved_words_can_be_names_in_backticks() {
    unexpected("RETURN 1 AS «match»", &["`match`"]);
    unexpected("UNWIND [1] AS «where» RETURN 1", &["`where`"]);
    for text in ["RETURN 1 AS `match`", "MATCH (order)-->(end) RETURN order, end", "RETURN 1 AS count"] {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn literals_that_are_none_are_told_by_their_kind() {
    check("RETURN «9223372036854775808»", "IntegerOverflow", &["64 bits"]);
    check("RETURN -(«9223372036854775808»)", "IntegerOverflow", &[]);
    check("RETURN -«9223372036854775809»", "IntegerOverflow", &[]);
    check("RETURN «0x»", "InvalidNumberLiteral", &["0x"]);
    check("RETURN «089»", "InvalidNumberLiteral", &["octal"]);
    check("RETURN «12ab»", "InvalidNumberLiteral", &["12ab"]);
    check("RETURN «1.34e999»", "FloatingPointOverflow", &[]);
    check("RETURN 'ab«\\u»H'", "InvalidUnicodeLiteral", &[]);
    unexpected("RETURN 'a«\\d»'", &["\\\\"]);
    unexpected("RETURN «'»abc", &["not closed"]);
    unexpected("RETURN «`»abc", &["not closed"]);
    unexpected("RETURN 1 «/*» abc", &["not closed"]);
}

#[test]
fn relationships_that_are_none_are_told() {
    let detail = "InvalidRelationshipPattern";
    check("MATCH (a)-[:R«..»]->(b) RETURN a", detail, &["*..3"]);
    check("MATCH (a)-[:R «1»..3]->(b) RETURN a", detail, &["*1..3"]);
    check("MATCH (a)-[:R*«-»2]->(b) RETURN a", detail, &["not negative"]);
    check("MATCH (a)-[:R*«1.5»]->(b) RETURN a", detail, &["whole numbers"]);
    check("MATCH (a)-[:R*]->«{2}»(b) RETURN a", detail, &["quantifier"]);
}

#[test]
fn clauses_in_a_wrong_order_are_told() {
    let detail = "InvalidClauseComposition";
    check("«MATCH (n)»", detail, &["cannot end with MATCH", "RETURN"]);
    check("MATCH (n) «WITH n»", detail, &["cannot end with WITH"]);
    check("«UNWIND [1] AS x»", detail, &["UNWIND"]);
    check("CREATE (n) «MATCH (m)» RETURN m", detail, &["Put a WITH between CREATE and MATCH"]);
    check("CREATE (n) «UNWIND [1] AS x» RETURN x", detail, &["WITH"]);
    check("RETURN 1 UNION RETURN 2 «UNION ALL» RETURN 3", detail, &["UNION ALL"]);
    check("FOREACH (x IN y | «MATCH (n)» CREATE ())", detail, &["FOREACH"]);
    unexpected("RETURN 1 «MATCH (n)» RETURN n", &["MATCH cannot follow RETURN"]);
    unexpected("CALL a() «YIELD *» RETURN 1", &["whole query"]);
    check("CALL «a.b» YIELD c RETURN c", "InvalidArgumentPassingMode", &["parentheses"]);
    for text in ["CREATE (n) WITH n MATCH (m) RETURN m", "CREATE (n) MERGE (m) SET n.a = 1 DELETE m RETURN n"]
    {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn what_we_know_and_do_not_run_is_refused_as_such() {
    for text in ["MATCH p = SHORTEST $n (a)-->+(b) RETURN p", "MATCH ANY $n (a)-->+(b) RETURN a"] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Unsupported, "{text}: {error:?}");
        assert!(error.span().is_some());
    }
}

#[test]
fn of_two_errors_the_first_is_told() {
    unexpected("RETURN «)» 'abc", &[]);
    unexpected("MATCH (n) «RETRUN» n \u{2014}", &[]);
    check("RETURN 1 «—» )", "InvalidUnicodeCharacter", &[]);
}
