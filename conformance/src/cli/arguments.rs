//! What the command is told.

use conformance::{CASES, Case, Level};
use lexopt::{Arg, Parser, ValueExt};

pub(crate) const USAGE: &str = "\
usage: conformance run <uri> [options]

Runs the suite against the store that a URI names, and prints what became of each case and why. Everything is put
under a prefix of its own beside the namespaces of the URI, and removed again.

  --only CASE          only the cases whose name contains this, with '_' or ' ' between words; may be repeated
  --level quick|full   how much to try; full takes minutes, and some GiB (default: quick)
  --json               one JSON document instead of a table
  -h, --help           this

A store that is reached over http:// (an emulator) is also asked through a proxy that cuts connections.
Credentials come from where the provider's SDK looks for them.";

/// What a run is to do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) uri: String,
    /// Parts of names; all cases if there is none.
    pub(crate) only: Vec<String>,
    pub(crate) level: Level,
    pub(crate) json: bool,
}

/// What is asked of the command.
#[derive(Debug)]
pub(crate) enum Asked {
    Run(Arguments),
    Help,
}

impl Arguments {
    /// Reads the command line.
    ///
    /// # Errors
    /// What makes no sense, in words.
    pub(crate) fn parse(mut parser: Parser) -> Result<Asked, String> {
        let mut arguments = Arguments::default();
        let mut words = Vec::new();
        let text = |error: lexopt::Error| error.to_string();
        while let Some(argument) = parser.next().map_err(text)? {
            match argument {
                Arg::Short('h') | Arg::Long("help") => return Ok(Asked::Help),
                Arg::Long("json") => arguments.json = true,
                Arg::Long("only") => {
                    let only = parser.value().and_then(|value| value.string()).map_err(text)?;
                    arguments.only.push(only.trim().replace(' ', "_"));
                }
                Arg::Long("level") => {
                    let level = parser.value().and_then(|value| value.string()).map_err(text)?;
                    arguments.level = match level.as_str() {
                        "quick" => Level::Quick,
                        "full" => Level::Full,
                        other => return Err(format!("'{other}' is no level: quick or full")),
                    };
                }
                Arg::Value(value) => words.push(value.string().map_err(text)?),
                other => return Err(other.unexpected().to_string()),
            }
        }
        match words.as_slice() {
            [command, uri] if command == "run" => arguments.uri.clone_from(uri),
            _ => return Err("say: run <uri>".into()),
        }
        if let Some(only) =
            arguments.only.iter().find(|only| !CASES.iter().any(|case| case.name.contains(*only)))
        {
            return Err(format!("no case has '{only}' in its name"));
        }
        Ok(Asked::Run(arguments))
    }

    /// Whether a case is to run.
    pub(crate) fn wants(&self, case: &Case) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| case.name.contains(only))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Asked, String> {
        Arguments::parse(Parser::from_args(line.split(' ')))
    }

    #[test]
    fn a_line_says_what_to_run() {
        let asked = parse("run s3://b?ns=a --only of_concurrent --level=full --json --only crash");
        let Ok(Asked::Run(arguments)) = asked else { panic!("{asked:?}") };
        assert_eq!(
            (arguments.uri.as_str(), arguments.level, arguments.json),
            ("s3://b?ns=a", Level::Full, true)
        );
        let wanted: Vec<&str> =
            CASES.iter().filter(|case| arguments.wants(case)).map(|case| case.name).collect();
        assert_eq!(wanted.len(), 4, "{wanted:?}");
        assert!(matches!(parse("--help"), Ok(Asked::Help)));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "",
            "run",
            "walk memory://a",
            "run memory://a --only nothing_like_it",
            "run a b",
            "run a --level x",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
