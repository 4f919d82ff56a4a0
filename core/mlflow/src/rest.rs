//! A tracking server, over REST.
