use super::*;
use proptest::prelude::*;
use std::path::Path;

fn parse(text: &str) -> Result<Uri> {
    Uri::parse(text, &[])
}

fn shown(text: &str) -> String {
    parse(text).map_or_else(|e| panic!("{text}: {e}"), |uri| uri.to_string())
}

fn refused(text: &str) -> String {
    match parse(text) {
        Ok(uri) => panic!("{text} was accepted as {uri}"),
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::InvalidUri, "{text}");
            error.to_string()
        }
    }
}

#[test]
fn each_scheme_has_its_form() {
    let golden = [
        ("memory://demo", "memory://demo"),
        ("MEMORY://demo?shared=true", "memory://demo"),
        ("file:///tmp/namidb?ns=demo", "file:///tmp/namidb?ns=demo"),
        ("file://localhost/tmp/x?ns=demo", "file:///tmp/x?ns=demo"),
        ("file://./data?namespace=demo", "file://./data?ns=demo"),
        ("file://../data?ns=demo", "file://../data?ns=demo"),
        ("file:///a%20b?ns=demo", "file:///a b?ns=demo"),
        ("s3://bucket?ns=demo", "s3://bucket/tenants?ns=demo"),
        ("s3://bucket/a/b/?ns=demo&region=eu-west-1", "s3://bucket/a/b?ns=demo"),
        ("s3://bucket?ns=demo&endpoint=http://127.0.0.1:9000&allow_http=true", "s3://bucket/tenants?ns=demo"),
        ("gs://bucket/p?ns=demo&service_account=./key.json", "gs://bucket/p?ns=demo"),
        ("az://account/container?ns=demo&use_emulator=true", "az://account/container/tenants?ns=demo"),
    ];
    for (text, expected) in golden {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn each_mistake_is_named_with_the_way_out() {
    let golden = [
        ("bucket", "no '://'"),
        ("/var/graphs?ns=a", "Write file:///var/graphs?ns=demo"),
        ("./graphs", "Write file://./graphs?ns=demo"),
        ("~/graphs", "the home directory in full"),
        ("s3:/bucket?ns=a", "no '://'"),
        ("s4://bucket?ns=a", "Did you mean 's3://'"),
        ("redis://x?ns=a", "Supported: memory://, file://, s3://, gs://, az://"),
        ("file:///tmp/x", "'ns' is missing"),
        ("file:///tmp/x?ns=a&ns=b", "given twice"),
        ("file:///tmp/x?ns=a&namespace=b", "given twice"),
        ("file:///tmp/x?NS=a", "Did you mean 'ns'"),
        ("file://~/x?ns=a", "'~' is not expanded"),
        ("file://host/x?ns=a", "names a host"),
        ("file:///a/../b?ns=a", "'..' stands inside"),
        ("file:///a/%2e%2e/b?ns=a", "cannot hold '%2e'"),
        ("file:///a%2?ns=a", "two hexadecimal digits"),
        ("file:///a#b?ns=a", "no fragment"),
        ("file:///a\\b?ns=a", "cannot hold"),
        ("file://?ns=a", "needs a directory"),
        ("memory://", "namespace is empty"),
        ("memory://a_b", "contains the character '_'"),
        ("memory://Ab", "contains the character 'A'"),
        ("memory://-a", "begins with '-'"),
        ("s3://?ns=a", "needs a bucket name"),
        ("s3://user:pw@bucket?ns=a", "no user and no password"),
        ("s3://bucket?ns=a&regoin=x", "Did you mean 'region'"),
        ("s3://bucket?ns=a&aws_secret_access_key=hunter2", "would be a credential"),
        ("s3://bucket/A?ns=a", "cannot be a part of the prefix"),
        ("az://?ns=a", "needs a storage account"),
        ("az://account?ns=a", "needs a container"),
        ("s3://bucket?ns=a&region", "has no value"),
    ];
    for (text, expected) in golden {
        let message = refused(text);
        assert!(message.contains(expected), "{text}: {message}");
        assert!(!message.contains("hunter2"), "a value of an option is shown: {message}");
    }
}

#[test]
fn a_trailing_dash_and_63_characters_are_a_namespace() {
    assert_eq!(parse("memory://a-").unwrap().namespace(), "a-");
    assert!(parse(&format!("memory://{}", "a".repeat(63))).is_ok());
    assert!(parse(&format!("memory://{}", "a".repeat(64))).is_err());
}

#[test]
fn the_namespace_lies_under_the_prefix_in_a_bucket_and_at_the_top_elsewhere() {
    assert_eq!(parse("s3://b?ns=n").unwrap().namespace_prefix(), "tenants/n");
    assert_eq!(parse("file:///d?ns=n").unwrap().namespace_prefix(), "n");
    assert_eq!(parse("memory://n").unwrap().namespace_prefix(), "n");
}

#[test]
fn options_have_their_types() {
    let uri =
        parse("memory://n?max_staleness=250ms&cache_bytes=64MB&read_only=yes&mode=open&durability=durable")
            .unwrap();
    assert_eq!(uri.duration("max_staleness").unwrap(), Some(Duration::from_millis(250)));
    assert_eq!(uri.size("cache_bytes").unwrap(), Some(64_000_000));
    assert_eq!(uri.flag("read_only").unwrap(), Some(true));
    assert_eq!(uri.mode().unwrap(), Some(OpenMode::Open));
    assert_eq!(uri.durability().unwrap(), Some(Durability::Durable));
    assert_eq!(uri.option("shared"), None);
    let retries = |text| parse(&format!("s3://b?ns=n&max_retries={text}")).unwrap().count("max_retries");
    assert_eq!(retries("3").unwrap(), Some(3));
    assert!(retries("-1").is_err() && retries("many").is_err());
    let wrong = parse("memory://n?max_staleness=1&cache_bytes=lots&read_only=maybe&mode=x").unwrap();
    assert!(wrong.duration("max_staleness").is_err());
    assert!(wrong.size("cache_bytes").is_err());
    assert!(wrong.flag("read_only").is_err());
    assert!(wrong.mode().is_err());
}

#[test]
fn a_registered_scheme_takes_its_own_options() {
    let custom = [CustomScheme { scheme: "sqlite", options: &["table"] }];
    let uri = Uri::parse("sqlite://graph.db?ns=demo&table=objects", &custom).unwrap();
    assert_eq!(uri.location(), &Location::Custom("graph.db".to_owned()));
    assert_eq!(uri.option("table"), Some("objects"));
    assert!(Uri::parse("sqlite://graph.db?ns=demo&tabel=x", &custom).is_err());
}

#[test]
fn a_path_keeps_its_bytes() {
    match parse("file:///tmp/d%C3%A9j%C3%A0?ns=x").unwrap().location() {
        Location::File(path) => assert_eq!(path, Path::new("/tmp/déjà")),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_what_is_printed_parses_again(text in "\\PC{0,60}|(memory|file|s3|gs|az)://[ -~]{0,40}(\\?ns=[a-z]{1,5})?") {
        if let Ok(uri) = parse(&text) {
            let again = parse(&uri.to_string().replace('%', "%25").replace(' ', "%20"));
            if let Ok(again) = again {
                prop_assert_eq!(again.namespace(), uri.namespace());
                prop_assert_eq!(again.location(), uri.location());
            }
        }
    }
}
