//! Signals: leaving, stopping and going on, with the terminal given back in between.

use std::sync::Arc;

use rustix::process::{self, Signal as SystemSignal};
use tokio::signal::unix::{SignalKind, signal};

use super::inbox::{Happening, Inbox, Signal};

/// Listens for signals and puts them into the inbox. Needs a runtime.
///
/// # Errors
/// The system lets nobody listen.
pub(crate) fn listen(inbox: &Arc<Inbox>) -> std::io::Result<()> {
    // Exit codes as shells give them: 128 and the number of the signal.
    let listened = [
        (SignalKind::terminate(), Signal::Leave(143)),
        (SignalKind::hangup(), Signal::Leave(129)),
        (SignalKind::interrupt(), Signal::Leave(130)),
        (SignalKind::window_change(), Signal::Resized),
        (SignalKind::from_raw(SystemSignal::TSTP.as_raw()), Signal::Stop),
        (
            SignalKind::from_raw(SystemSignal::CONT.as_raw()),
            Signal::Continue,
        ),
    ];
    for (kind, meaning) in listened {
        let mut came = signal(kind)?;
        let inbox = Arc::clone(inbox);
        tokio::spawn(async move {
            while came.recv().await.is_some() {
                inbox.happen(Happening::Signal(meaning));
            }
        });
    }
    Ok(())
}

/// Whether a shell would take over if this process stopped: it leads its own job then, not the session.
pub(crate) fn can_stop() -> bool {
    process::getsid(None).is_ok_and(|session| session != process::getpgrp())
}

/// Asks the whole job to stop, as the key does where the terminal itself handles it. We are asked, too.
pub(crate) fn ask_job_to_stop() {
    let _ = process::kill_current_process_group(SystemSignal::TSTP);
}

/// Stops this process; returns when the shell lets it go on.
pub(crate) fn stop() {
    let _ = process::kill_process(process::getpid(), SystemSignal::STOP);
}
