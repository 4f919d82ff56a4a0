//! One contract for every store: what flowdeck reads equals, field by field, what MLflow's own client reads from the
//! same store, and what flowdeck writes equals what MLflow's own operation would have left.
//!
//! The stores are written by the real MLflow 1.30.1, 2.22.5 and 3.17.2 (`tests/python/write_store.py`), as file
//! stores, as SQLite databases and through servers. Where MLflow's own reader loses what lies on disk, an
//! [`exemptions::Exemption`] says so by the name that `docs/differences.md` uses.

mod artifacts;
mod compare;
mod exemptions;
mod experiments;
mod fields;
mod histories;
mod logged_models;
mod ports;
mod registry;
mod registry_writes;
mod runs;
mod searches;
mod subject;
mod traces;
mod twins;
mod untouched;
mod writes;

/// Makes a module of tests for each case: the case over every store.
macro_rules! over_every_store {
    ($($name:ident: $case:path;)*) => {$(
        mod $name {
            $crate::over_every_store!(@store $case, over_a_file_store_of_1_30_1, FileStore, "1.30.1");
            $crate::over_every_store!(@store $case, over_a_file_store_of_2_22_5, FileStore, "2.22.5");
            $crate::over_every_store!(@store $case, over_a_file_store_of_3_17_2, FileStore, "3.17.2");
            $crate::over_every_store!(@store $case, over_sqlite_of_1_30_1, Sqlite, "1.30.1");
            $crate::over_every_store!(@store $case, over_sqlite_of_2_22_5, Sqlite, "2.22.5");
            $crate::over_every_store!(@store $case, over_sqlite_of_3_17_2, Sqlite, "3.17.2");
            $crate::over_every_store!(@store $case, over_a_server_of_1_30_1, Server, "1.30.1");
            $crate::over_every_store!(@store $case, over_a_server_of_2_22_5, Server, "2.22.5");
            $crate::over_every_store!(@store $case, over_a_server_of_3_17_2, Server, "3.17.2");
        }
    )*};
    (@store $case:path, $test:ident, $kind:ident, $version:literal) => {
        #[test]
        fn $test() {
            use $crate::subject::{StoreKind, subject};
            use super::*;
            tokio::runtime::Runtime::new()
                .expect("a runtime starts")
                .block_on($case(subject(StoreKind::$kind, $version)));
        }
    };
}
use over_every_store;
