//! Our part of the openCypher TCK, up to the syntax tree: queries parse and print to themselves, and what is
//! no Cypher is told with the word that the kit expects.

mod tck_features;

use namidb_cypher::syntax::{parse, printer};
use tck_features::{Expected, Scenario};

/// The errors that a parser finds without knowing any name.
const OF_THE_PARSER: [&str; 8] = [
    "FloatingPointOverflow",
    "IntegerOverflow",
    "InvalidArgumentPassingMode",
    "InvalidClauseComposition",
    "InvalidNumberLiteral",
    "InvalidRelationshipPattern",
    "InvalidUnicodeCharacter",
    "InvalidUnicodeLiteral",
];

/// What is wrong with a text that must parse.
fn round_trip(text: &str) -> Option<String> {
    let statement = match parse(text) {
        Ok(statement) => statement,
        Err(error) => return Some(format!("{text}\n    {error:?}")),
    };
    let printed = printer::print(&statement);
    match parse(&printed) {
        Ok(again) if again == statement => None,
        Ok(_) => Some(format!("{text}\n    is another statement when printed: {printed}")),
        Err(error) => Some(format!("{text}\n    does not parse when printed: {printed}\n    {error:?}")),
    }
}

/// What is wrong with a text that must be refused at compile time, if the parser refuses it or must.
fn refusal(text: &str, expected: &Expected) -> Option<String> {
    let detail = expected.detail.as_str();
    // A path as a value is a matter of where it stands, which the binder knows.
    let syntax = detail == "UnexpectedSyntax" && !text.contains(")-[");
    match parse(text) {
        Ok(_) if syntax || OF_THE_PARSER.contains(&detail) => {
            Some(format!("{text}\n    parses, not {detail}"))
        }
        Ok(_) => round_trip(text),
        Err(error) if error.detail() == detail && error.error_type() == expected.error_type => {
            error.span().is_none().then(|| format!("{text}\n    has no place: {error:?}"))
        }
        Err(error) => Some(format!("{text}\n    expected {detail}: {error:?}")),
    }
}

fn wrong(scenario: &Scenario) -> Vec<String> {
    let mut wrong: Vec<String> =
        scenario.setup.iter().chain(&scenario.control).filter_map(|text| round_trip(text)).collect();
    wrong.extend(match &scenario.expected {
        Some(expected) if expected.phase == "compile time" => refusal(&scenario.query, expected),
        _ => round_trip(&scenario.query),
    });
    wrong.iter().map(|why| format!("{}\n    {why}", scenario.title)).collect()
}

#[test]
fn every_query_parses_and_prints_to_itself_or_is_refused_as_expected() {
    let Some(scenarios) = tck_features::scenarios() else { return };
    let wrong: Vec<String> = scenarios.iter().flat_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), scenarios.len(), wrong.join("\n"));
}
