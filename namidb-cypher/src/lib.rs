//! Cypher over the graph state of namidb-core: parse, bind, plan, execute.
