//! View-models, action list, notices and the contract that every screen shares.
