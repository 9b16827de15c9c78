//! Prints the reference page of functions and procedures: `make reference` writes it.
#![allow(clippy::print_stdout, reason = "it is a command")]

fn main() {
    print!("{}", namidb_cypher::functions::reference());
}
