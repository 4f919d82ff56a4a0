//! Contexts against the real thing: MLflow's own sign-in, a gateway with TLS, an ssh server, a keyring; and no secret in
//! anything that was written.

mod gateway;
mod keyring;
mod leaks;
mod place;
mod policies;
mod renewal;
mod secrets;
mod signing_in;
mod ssh;
mod through_ssh;
mod tls;
mod tracking;
