//! What WebKitGTK is told before it starts.

use std::env;
use std::path::Path;

/// Turns WebKit's DMABUF renderer off where there is no graphics device: it then draws three times slower than the
/// plain one (50 curves of 10,000 points: 147 ms against 47 ms). Where there is a device it stays as it is, and what the
/// person set wins.
pub(crate) fn prepare() {
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if env::var_os(SWITCH).is_none() && !Path::new("/dev/dri").exists() {
        set(SWITCH, "1");
    }
}

/// Sets a variable of this process, which WebKit's own processes inherit.
#[expect(
    unsafe_code,
    reason = "setting a variable is unsafe beside threads that read them"
)]
fn set(name: &str, value: &str) {
    // SAFETY: called first in `main`, before any other thread is started.
    unsafe { env::set_var(name, value) };
}
