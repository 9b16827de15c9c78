//! The catalogue: every code of the product, in one table.

/// Who should act on an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Class {
    /// The text of a query is not Cypher.
    Syntax,
    /// The query is Cypher, and means nothing: unknown names, wrong kinds.
    Semantic,
    /// A value has the wrong type, or is out of range.
    Type,
    /// A constraint of the graph would be broken.
    Constraint,
    /// Somebody else committed first.
    Conflict,
    /// A handle or transaction is in the wrong state, or an argument is wrong.
    Usage,
    /// The store said no, or did not answer.
    Storage,
    /// Durable bytes are not what was written.
    Corruption,
    /// A limit was reached, a deadline passed, or the query was cancelled.
    Limit,
    /// The caller may not do this.
    Auth,
    /// A defect of NamiDB.
    Internal,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal, $class:ident, $retry:literal, $gql:literal, $neo4j:literal;)*) => {
        /// What happened. The number, the name and the class of a code never change.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the catalogue.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The stable number; shown as `NAMI-4031`.
            pub fn number(self) -> u16 {
                match self { $(ErrorCode::$variant => $number,)* }
            }

            /// The stable name, in snake case.
            pub fn name(self) -> &'static str {
                match self { $(ErrorCode::$variant => $name,)* }
            }

            /// Who should act.
            pub fn class(self) -> Class {
                match self { $(ErrorCode::$variant => Class::$class,)* }
            }

            /// Whether trying the same again can help, provided that nothing was applied.
            pub fn is_retryable(self) -> bool {
                match self { $(ErrorCode::$variant => $retry,)* }
            }

            /// The GQLSTATUS of ISO/IEC 39075 that drivers show.
            pub fn gql_status(self) -> &'static str {
                match self { $(ErrorCode::$variant => $gql,)* }
            }

            /// The Neo4j code whose class decides whether a driver retries.
            pub fn neo4j_code(self) -> &'static str {
                match self { $(ErrorCode::$variant => $neo4j,)* }
            }
        }
    };
}

codes! {
    /// The text is not Cypher.
    Syntax = 1001, "syntax_error", Syntax, false, "42001", "Neo.ClientError.Statement.SyntaxError";
    /// The text nests deeper, or is longer, than the parser accepts.
    QueryTooComplex = 1002, "query_too_complex", Limit, false, "42001", "Neo.ClientError.Statement.SyntaxError";
    /// Cypher that this version does not run yet.
    Unsupported = 1003, "unsupported_feature", Semantic, false, "50N42", "Neo.ClientError.Statement.SyntaxError";
    /// The query is Cypher, and breaks a compile-time rule.
    Semantic = 2001, "semantic_error", Semantic, false, "42002", "Neo.ClientError.Statement.SyntaxError";
    /// A parameter of the query was not given.
    MissingParameter = 2002, "missing_parameter", Semantic, false, "42N51", "Neo.ClientError.Statement.ParameterMissing";
    /// A value given from outside cannot be a Cypher value.
    InvalidParameter = 2003, "invalid_parameter", Type, false, "22N01", "Neo.ClientError.Statement.ArgumentError";
    /// A value has a type that the operation does not take.
    Type = 3001, "type_error", Type, false, "22G03", "Neo.ClientError.Statement.TypeError";
    /// An argument is out of range or malformed.
    Argument = 3002, "argument_error", Type, false, "22N03", "Neo.ClientError.Statement.ArgumentError";
    /// An integer overflowed, or was divided by zero.
    Arithmetic = 3003, "arithmetic_error", Type, false, "22003", "Neo.ClientError.Statement.ArithmeticError";
    /// A property cannot hold this value.
    PropertyType = 3004, "property_type_error", Type, false, "22N01", "Neo.ClientError.Statement.TypeError";
    /// The entity was deleted earlier in the same statement.
    EntityNotFound = 3005, "entity_not_found", Semantic, false, "42N01", "Neo.ClientError.Statement.EntityNotFound";
    /// A procedure is unknown, or was called wrongly.
    Procedure = 3006, "procedure_error", Semantic, false, "42N08", "Neo.ClientError.Procedure.ProcedureNotFound";
    /// A unique key exists already.
    UniqueViolation = 4031, "unique_violation", Constraint, false, "22N79", "Neo.ClientError.Schema.ConstraintValidationFailed";
    /// A node that still has relationships was to be deleted.
    DeleteConnected = 4032, "delete_connected", Constraint, false, "22N40", "Neo.ClientError.Schema.ConstraintValidationFailed";
    /// A relationship's endpoint does not exist.
    EndpointMissing = 4033, "endpoint_missing", Constraint, false, "22N40", "Neo.ClientError.Schema.ConstraintValidationFailed";
    /// An index or constraint of that name or on those properties exists already.
    Schema = 4034, "schema_error", Constraint, false, "22N70", "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists";
    /// A property that a constraint requires is missing.
    NotNullViolation = 4035, "not_null_violation", Constraint, false, "22N77", "Neo.ClientError.Schema.ConstraintValidationFailed";
    /// A property is not of the type that a constraint requires.
    TypeViolation = 4036, "type_violation", Constraint, false, "22N78", "Neo.ClientError.Schema.ConstraintValidationFailed";
    /// A part of a key is missing, or the key exists already.
    KeyViolation = 4037, "key_violation", Constraint, false, "22N79", "Neo.ClientError.Schema.ConstraintValidationFailed";
    /// There is no index or constraint of that name.
    SchemaNotFound = 4038, "schema_not_found", Constraint, false, "22N69", "Neo.ClientError.Schema.ConstraintNotFound";
    /// Another commit changed what this transaction wrote or relied on.
    Conflict = 5001, "conflict", Conflict, true, "40001", "Neo.TransientError.Transaction.Outdated";
    /// The process slept past the log's retention; its transactions ended, the handle goes on.
    Fenced = 5002, "fenced", Conflict, true, "40001", "Neo.TransientError.Transaction.Outdated";
    /// The answer to a commit was lost and could not be found out in time.
    CommitOutcomeUnknown = 5003, "commit_outcome_unknown", Storage, false, "40003", "Neo.DatabaseError.Transaction.TransactionCommitFailed";
    /// What the snapshot reads from was collected.
    SnapshotExpired = 5004, "snapshot_expired", Conflict, true, "40001", "Neo.TransientError.Transaction.Outdated";
    /// The handle is closed.
    Closed = 6001, "closed", Usage, false, "08N02", "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase";
    /// The transaction is no longer open.
    TransactionClosed = 6002, "transaction_closed", Usage, false, "25N02", "Neo.ClientError.Transaction.TransactionNotFound";
    /// A write was asked of something read-only.
    ReadOnly = 6003, "read_only", Usage, false, "25006", "Neo.ClientError.Statement.AccessMode";
    /// An argument of an API call is wrong.
    InvalidArgument = 6004, "invalid_argument", Usage, false, "22N03", "Neo.ClientError.Statement.ArgumentError";
    /// The URI, its namespace or one of its options is malformed, or its scheme is unknown.
    InvalidUri = 6005, "invalid_uri", Usage, false, "22N03", "Neo.ClientError.Statement.ArgumentError";
    /// The commit queue is full.
    QueueFull = 6006, "queue_full", Limit, true, "53N01", "Neo.TransientError.General.MemoryPoolOutOfMemoryError";
    /// The store did not answer, or answered that it cannot now.
    StoreUnavailable = 7001, "store_unavailable", Storage, true, "08000", "Neo.TransientError.General.DatabaseUnavailable";
    /// The store refused the credentials or the permission.
    StoreAuth = 7002, "store_auth", Auth, false, "42NFF", "Neo.ClientError.Security.Forbidden";
    /// The store ignored a condition: it cannot hold a database.
    ConditionalPutUnsupported = 7003, "conditional_put_unsupported", Storage, false, "08000", "Neo.DatabaseError.General.UnknownError";
    /// The backend could not be started.
    BackendInit = 7004, "backend_init", Storage, false, "08000", "Neo.TransientError.General.DatabaseUnavailable";
    /// The store failed in a way that has no better name.
    Store = 7005, "store_error", Storage, false, "08000", "Neo.DatabaseError.General.UnknownError";
    /// The store has no room left: nothing is written until there is some.
    StorageFull = 7006, "storage_full", Storage, true, "53N01", "Neo.TransientError.General.DatabaseUnavailable";
    /// Durable bytes are not what was written.
    Corruption = 8001, "corruption", Corruption, false, "08000", "Neo.DatabaseError.General.UnknownError";
    /// The objects were written by a newer version.
    FormatVersion = 8002, "format_version", Corruption, false, "08000", "Neo.DatabaseError.General.UnknownError";
    /// The namespace has data and no manifest.
    ManifestMissing = 8003, "manifest_missing", Corruption, false, "08000", "Neo.DatabaseError.General.UnknownError";
    /// The deadline passed.
    Timeout = 9001, "query_timeout", Limit, false, "57014", "Neo.ClientError.Transaction.TransactionTimedOut";
    /// The query was cancelled.
    Cancelled = 9002, "query_cancelled", Limit, false, "57014", "Neo.ClientError.Transaction.Terminated";
    /// The query needs more memory than it may have.
    MemoryLimit = 9003, "memory_limit", Limit, false, "53N01", "Neo.TransientError.General.MemoryPoolOutOfMemoryError";
    /// The code that the engine called back failed; the source says how.
    Work = 9901, "work", Internal, false, "50000", "Neo.DatabaseError.General.UnknownError";
    /// A defect of NamiDB.
    Internal = 9999, "internal", Internal, false, "50000", "Neo.DatabaseError.General.UnknownError";
}
