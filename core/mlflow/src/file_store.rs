//! A tracking store in a directory, `mlruns/`.
