//! Artifacts, wherever the store keeps them.
