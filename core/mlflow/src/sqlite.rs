//! A tracking store in a database file, `mlflow.db`.
