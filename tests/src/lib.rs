//! What the suites share: fixtures, real MLflow environments and the servers they start.
