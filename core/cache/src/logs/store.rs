//! All logs that were kept, one directory each: `logs/PLACE/NAMESPACE/POD/CONTAINER` below the state directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use flowdeck_domain::Timestamp;
use flowdeck_domain::kubernetes::LogLine;
use serde::{Deserialize, Serialize};

use super::{Keeping, LogFile};

/// All logs that were kept. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LogStore {
    root: PathBuf,
}

/// Which log.
#[derive(Clone, Debug, Default, Eq, PartialEq, Ord, PartialOrd)]
pub struct LogKey {
    /// The context or cluster it is of.
    pub place: String,
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
}

/// What is known of a log that was kept.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct LogAbout {
    /// The pipeline run that the pod is of.
    pub run_id: Option<String>,
    /// The task that it ran, by its id.
    pub task_id: Option<String>,
    /// The same as people know it: `for-loop-2[1].train`.
    pub task: Option<String>,
    /// Which try of the task it was, from 1.
    pub attempt: Option<u32>,
    /// Whether it was followed to the container's end.
    pub is_over: bool,
    /// Whether it can surely be had again elsewhere: an archive has it.
    pub is_elsewhere: bool,
}

/// A log that was kept.
#[derive(Clone, Debug)]
pub struct KeptLog {
    /// Which.
    pub key: LogKey,
    /// What is known of it.
    pub about: LogAbout,
    /// When something was last kept of it.
    pub kept_at: Timestamp,
    /// Bytes on disk.
    pub n_bytes: u64,
    dir: PathBuf,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Usage {
    /// Logs.
    pub n_logs: usize,
    /// Bytes on disk.
    pub n_bytes: u64,
}

impl LogStore {
    /// The store of a state directory; nothing is made before a log is kept.
    pub fn of(state_dir: &Path) -> Self {
        Self {
            root: state_dir.join("logs"),
        }
    }

    /// Keeps a log, from its first line on or from wherever it is read.
    ///
    /// # Errors
    /// What the system met.
    pub fn keep(&self, key: &LogKey, about: &LogAbout, is_whole: bool) -> io::Result<Keeping> {
        let dir = self.dir_of(key);
        let keeping = Keeping::open(&dir, is_whole)?;
        self.tell(key, about)?;
        Ok(keeping)
    }

    /// Keeps what an archive gave, where nothing is kept yet: what was followed has times, this has none.
    ///
    /// # Errors
    /// What the system met.
    pub fn keep_archived(&self, key: &LogKey, about: &LogAbout, lines: &[LogLine]) -> io::Result<()> {
        if self.kept(key).is_some() {
            return Ok(());
        }
        let mut keeping = self.keep(key, about, true)?;
        keeping.append(lines)?;
        keeping.close()
    }

    /// Writes what is known of a log.
    ///
    /// # Errors
    /// What the system met.
    pub fn tell(&self, key: &LogKey, about: &LogAbout) -> io::Result<()> {
        let dir = self.dir_of(key);
        fs::create_dir_all(&dir)?;
        let file = dir.join("about.json");
        let json = serde_json::to_vec(about)?;
        if fs::read(&file).is_ok_and(|known| known == json) {
            return Ok(());
        }
        let new = dir.join(format!("about.{}", std::process::id()));
        fs::write(&new, json)?;
        fs::rename(new, file)
    }

    /// A log that was kept; nothing where nothing was.
    pub fn kept(&self, key: &LogKey) -> Option<KeptLog> {
        read(key.clone(), self.dir_of(key))
    }

    /// The logs kept of a place, or of all; in order of their keys.
    pub fn list(&self, place: Option<&str>) -> Vec<KeptLog> {
        let mut found = Vec::new();
        let places = match place {
            Some(place) => vec![self.root.join(encoded(place))],
            None => below(&self.root),
        };
        for place in &places {
            for namespace in below(place) {
                for pod in below(&namespace) {
                    for dir in below(&pod) {
                        let key = LogKey {
                            place: decoded(place),
                            namespace: decoded(&namespace),
                            pod: decoded(&pod),
                            container: decoded(&dir),
                        };
                        found.extend(read(key, dir));
                    }
                }
            }
        }
        found.sort_by(|a, b| a.key.cmp(&b.key));
        found
    }

    /// The logs kept of a pipeline run.
    pub fn of_run(&self, place: &str, run_id: &str) -> Vec<KeptLog> {
        let mut found = self.list(Some(place));
        found.retain(|kept| kept.about.run_id.as_deref() == Some(run_id));
        found
    }

    /// How much is kept, of a place or altogether.
    pub fn usage(&self, place: Option<&str>) -> Usage {
        let all = self.list(place);
        Usage {
            n_logs: all.len(),
            n_bytes: all.iter().map(|kept| kept.n_bytes).sum(),
        }
    }

    /// Deletes all logs, of a place or altogether; what can be had nowhere else is lost. Gives what was deleted.
    ///
    /// # Errors
    /// What the system met.
    pub fn clear(&self, place: Option<&str>) -> io::Result<Usage> {
        let usage = self.usage(place);
        let dir = place.map_or_else(|| self.root.clone(), |place| self.root.join(encoded(place)));
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(usage),
        }
    }

    /// Deletes logs that an archive has too, those kept longest ago first, until no more than so many bytes are there. What
    /// can be had nowhere else stays. Gives how much there is then.
    ///
    /// # Errors
    /// What the system met.
    pub fn shrink(&self, limit_bytes: u64) -> io::Result<Usage> {
        let mut usage = self.usage(None);
        let mut elsewhere = self.list(None);
        elsewhere.retain(|kept| kept.about.is_elsewhere);
        elsewhere.sort_by_key(|kept| kept.kept_at);
        for kept in elsewhere {
            if usage.n_bytes <= limit_bytes {
                break;
            }
            fs::remove_dir_all(&kept.dir)?;
            usage.n_logs -= 1;
            usage.n_bytes = usage.n_bytes.saturating_sub(kept.n_bytes);
        }
        Ok(usage)
    }

    fn dir_of(&self, key: &LogKey) -> PathBuf {
        [&key.place, &key.namespace, &key.pod, &key.container]
            .iter()
            .fold(self.root.clone(), |dir, name| dir.join(encoded(name)))
    }
}

impl KeptLog {
    /// It, to be read.
    ///
    /// # Errors
    /// What the system met.
    pub fn file(&self) -> io::Result<LogFile> {
        LogFile::open(&self.dir.join("main"))
    }
}

fn read(key: LogKey, dir: PathBuf) -> Option<KeptLog> {
    let about = fs::read(dir.join("about.json")).ok()?;
    let mut kept = KeptLog {
        key,
        about: serde_json::from_slice(&about).unwrap_or_default(),
        kept_at: Timestamp(0),
        n_bytes: 0,
        dir,
    };
    let mut n_lines = 0;
    for name in ["text", "records", "index"] {
        let file = fs::metadata(kept.dir.join("main").join(name)).ok()?;
        kept.n_bytes += file.len();
        if name == "records" {
            n_lines = file.len();
        }
        kept.kept_at = kept.kept_at.max(file.modified().map_or(Timestamp(0), timestamp));
    }
    (n_lines > 0).then_some(kept)
}

fn timestamp(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The directories in a directory.
fn below(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

/// A name as that of a directory on any system: other bytes than letters, digits, `-`, `_` and dots within are `%XX`.
fn encoded(name: &str) -> String {
    let mut safe = String::new();
    for (place, byte) in name.bytes().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-_".contains(&byte) || byte == b'.' && place > 0;
        if is_plain {
            safe.push(char::from(byte));
        } else {
            safe.push_str(&format!("%{byte:02X}"));
        }
    }
    if safe.is_empty() { "%".to_owned() } else { safe }
}

fn decoded(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut parts = name.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.extend(byte);
        bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
