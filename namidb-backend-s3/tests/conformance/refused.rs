//! A server that looks whether an object is there and writes then: of racing writers several win. The suite finds it out.

use crate::config;
use conformance::{CASES, Case, Clients, Verdict, run_case};
use namidb_backend_s3::S3Store;

const SERVER: &str = "NAMIDB_LIVE_S3S";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

async fn clients() -> Clients {
    let config = config(SERVER);
    let connect = async || S3Store::connect(config.clone()).await.unwrap();
    Clients::two(connect().await, connect().await)
}

fn case(name: &str) -> &'static Case {
    CASES.iter().find(|case| case.name == name).unwrap()
}

#[test]
fn the_suite_is_red_where_several_racers_win() {
    for name in [
        "of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds",
        "of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds",
        "of_increments_by_compare_and_swap_none_is_lost",
    ] {
        let report = runtime().block_on(run_case(case(name), &clients));
        println!("{report}");
        assert!(matches!(report.verdict, Verdict::Failed(_)), "{report}");
    }
}
