//! One folder of keys below a run: `params`, `metrics`, `tags` and their like, each file a key.
//!
//! A section is kept in encoded form, with the stamps of all directories and files it was read from. Taken up again
//! it is checked against them: a directory whose stamp still holds has the same names in it, a file whose stamp
//! still holds has the same contents. Only what differs is read.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use bytes::Bytes;
use rustc_hash::FxHashMap;

use super::codec::{Reader, Writer};
use super::fs::{Dir, Kind, Stat, is_symlink, read_up_to, stat_of_file};
use super::names::is_key;
use super::stamp::Stamp;

/// Largest file that is read as one value; params and tags of MLflow hold some thousand characters.
const VALUE_LIMIT_BYTES: u64 = 16 << 20;

/// A folder of keys: where it is and how a file of it is read.
#[derive(Clone, Copy)]
pub(super) struct Folder {
    /// Its name in the directory of its owner.
    pub(super) name: &'static str,
    /// Reads one file into the bytes that are kept of it; what it gives up with is a few words for a warning.
    pub(super) read: fn(&mut Source<'_>, &mut Value) -> Result<(), String>,
    /// Whether this file counts, by its path in the folder.
    pub(super) counts: fn(&str) -> bool,
}

/// A file about to be read.
pub(super) struct Source<'a> {
    pub(super) file: File,
    pub(super) stat: Stat,
    contents: &'a mut Vec<u8>,
}

/// Space that reading one file after the other needs.
#[derive(Default)]
struct Scratch {
    contents: Vec<u8>,
    value: Value,
    body: Writer,
}

impl Source<'_> {
    /// All bytes of the file.
    pub(super) fn whole(&mut self) -> Result<&[u8], String> {
        if self.stat.size_bytes > VALUE_LIMIT_BYTES {
            return Err(format!(
                "is {} bytes long, too long for a value",
                self.stat.size_bytes
            ));
        }
        read_up_to(
            &mut self.file,
            self.stat.size_bytes,
            VALUE_LIMIT_BYTES,
            self.contents,
        )
        .map_err(|error| why(&error))?;
        Ok(self.contents)
    }

    /// All text of the file.
    pub(super) fn text(&mut self) -> Result<&str, String> {
        std::str::from_utf8(self.whole()?).map_err(|_| "is not UTF-8 text".to_owned())
    }
}

/// What is kept of one file.
#[derive(Default)]
pub(super) struct Value {
    /// The value in a form that the folder knows; empty where there is none.
    pub(super) bytes: Writer,
    /// What was passed over, in a few words.
    pub(super) warning: Option<String>,
}

/// One file of a section.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    /// Its path in the folder, which is its key.
    pub(super) key: &'a str,
    stamp: Stamp,
    body: &'a [u8],
}

impl<'a> Item<'a> {
    /// What was passed over in it, in a few words.
    pub(super) fn warning(&self) -> Option<&'a str> {
        Reader(self.body).optional_text()?
    }

    /// The value in the form that its folder knows; nothing where there is none.
    pub(super) fn value(&self) -> Option<Reader<'a>> {
        let mut reader = Reader(self.body);
        reader.optional_text()?;
        (!reader.0.is_empty()).then_some(reader)
    }
}

/// Whether a kept section is still true, and what it is now if not.
pub(super) enum Checked {
    Still,
    Changed(Bytes),
}

/// Reads a section, or as much of it as changed since it was kept.
///
/// # Errors
/// What reading the folder itself failed with; a folder that is not there is an empty section.
pub(super) fn check(owner: &Dir, folder: Folder, kept: Option<&[u8]>, now_ns: i64) -> io::Result<Checked> {
    let path = folder.name;
    let kept = kept.and_then(Section::decode);
    let same_names = kept
        .as_ref()
        .is_some_and(|kept| kept.directories_hold(owner, path));
    if let Some(kept) = &kept
        && same_names
        && kept.files_hold(owner, path)
    {
        return Ok(Checked::Still);
    }
    let mut writer = Writer::default();
    let names = match &kept {
        Some(kept) if same_names => {
            kept.write_directories(&mut writer);
            kept.items.iter().map(|item| item.key.to_owned()).collect()
        }
        _ => list(owner, folder, now_ns, &mut writer)?,
    };
    if names.is_empty() {
        writer.count(0);
        return Ok(Checked::Changed(writer.0.into()));
    }
    read_all(
        &owner.dir(path)?,
        &names,
        folder,
        kept.as_ref(),
        now_ns,
        &mut writer,
    );
    Ok(Checked::Changed(writer.0.into()))
}

/// The files of an encoded section, in the order of their keys.
pub(super) fn items(section: &[u8]) -> Vec<Item<'_>> {
    Section::decode(section).map_or(Vec::new(), |section| section.items)
}

/// Reads the files of some keys alone, or takes what is kept of them where it still holds; what is not there is
/// left out.
///
/// # Errors
/// What opening the folder failed with.
pub(super) fn some(
    owner: &Dir,
    folder: Folder,
    kept: Option<&[u8]>,
    keys: &[Arc<str>],
    now_ns: i64,
) -> io::Result<Bytes> {
    let mut names: Vec<String> = keys
        .iter()
        .filter(|key| is_key(key))
        .map(|key| String::from(&**key))
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut writer = Writer::default();
    writer.count(0);
    match owner.dir(folder.name) {
        Ok(directory) => {
            let kept = kept.and_then(Section::decode);
            read_all(&directory, &names, folder, kept.as_ref(), now_ns, &mut writer);
        }
        Err(error) if error.kind() == ErrorKind::NotFound => writer.count(0),
        Err(error) => return Err(error),
    }
    Ok(writer.0.into())
}

struct Section<'a> {
    directories: Vec<(&'a str, Stamp)>,
    items: Vec<Item<'a>>,
}

impl<'a> Section<'a> {
    fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let count = reader.count()?;
        let mut directories = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            directories.push((reader.text()?, Stamp::from_bits(reader.u64()?)));
        }
        let count = reader.count()?;
        let mut items = Vec::with_capacity(count.min(bytes.len()));
        for _ in 0..count {
            items.push(Item {
                key: reader.text()?,
                stamp: Stamp::from_bits(reader.u64()?),
                body: reader.bytes()?,
            });
        }
        Some(Self { directories, items })
    }

    fn directories_hold(&self, owner: &Dir, path: &str) -> bool {
        let mut below = format!("{path}/");
        let base = below.len();
        self.directories.iter().all(|(directory, kept)| {
            below.truncate(base);
            below.push_str(directory);
            let name = below.trim_end_matches('/');
            match owner.stat(name) {
                Ok(stat) => Stamp::of(&stat).still(*kept),
                Err(error) => error.kind() == ErrorKind::NotFound && Stamp::ABSENT.still(*kept),
            }
        })
    }

    fn files_hold(&self, owner: &Dir, path: &str) -> bool {
        let mut below = format!("{path}/");
        let base = below.len();
        self.items.iter().all(|item| {
            below.truncate(base);
            below.push_str(item.key);
            owner
                .stat(&below)
                .is_ok_and(|stat| Stamp::of(&stat).still(item.stamp))
        })
    }

    fn write_directories(&self, writer: &mut Writer) {
        writer.count(self.directories.len());
        for (directory, stamp) in &self.directories {
            writer.text(directory);
            writer.u64(stamp.to_bits());
        }
    }
}

/// Lists a folder with all that is nested in it, writes down the stamps of its directories, gives the names sorted.
fn list(owner: &Dir, folder: Folder, now_ns: i64, writer: &mut Writer) -> io::Result<Vec<String>> {
    let mut stamps = Vec::new();
    let mut names = Vec::new();
    let mut to_visit = vec![String::new()];
    while let Some(below) = to_visit.pop() {
        let name = format!("{}/{below}", folder.name);
        let directory = match owner.dir(name.trim_end_matches('/')) {
            Ok(directory) => directory,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                stamps.push((below, Stamp::ABSENT));
                continue;
            }
            Err(error) => return Err(error),
        };
        // The stamp is taken before the names: a name that comes in between makes the stamp differ the next time.
        let stamp = Stamp::trusted(&directory.own_stat()?, now_ns);
        for entry in directory.entries()? {
            let name = format!("{below}{}", entry.name);
            match entry.kind {
                Kind::Directory => to_visit.push(format!("{name}/")),
                _ if (folder.counts)(&name) => names.push(name),
                _ => {}
            }
        }
        stamps.push((below, stamp));
    }
    writer.count(stamps.len());
    for (directory, stamp) in &stamps {
        writer.text(directory);
        writer.u64(stamp.to_bits());
    }
    names.sort_unstable();
    Ok(names)
}

fn read_all(
    directory: &Dir,
    names: &[String],
    folder: Folder,
    kept: Option<&Section<'_>>,
    now_ns: i64,
    writer: &mut Writer,
) {
    let kept: FxHashMap<&str, &Item<'_>> = kept
        .into_iter()
        .flat_map(|kept| &kept.items)
        .map(|item| (item.key, item))
        .collect();
    let mut scratch = Scratch::default();
    let mut files = Writer::default();
    let mut count = 0;
    for name in names {
        if let Some(item) = kept.get(name.as_str())
            && directory
                .stat(name)
                .is_ok_and(|stat| Stamp::of(&stat).still(item.stamp))
        {
            files.text(name);
            files.u64(item.stamp.to_bits());
            files.bytes(item.body);
            count += 1;
            continue;
        }
        count += usize::from(read_one(
            directory,
            name,
            folder,
            now_ns,
            &mut scratch,
            &mut files,
        ));
    }
    writer.count(count);
    writer.0.append(&mut files.0);
}

/// Reads one file and writes down what is kept of it; gives whether there is anything to keep.
fn read_one(
    directory: &Dir,
    name: &str,
    folder: Folder,
    now_ns: i64,
    scratch: &mut Scratch,
    files: &mut Writer,
) -> bool {
    let opened = directory
        .file(name)
        .and_then(|file| Ok((stat_of_file(&file)?, file)));
    match opened {
        Ok((stat, file)) if stat.kind == Kind::File => {
            files.text(name);
            files.u64(Stamp::trusted(&stat, now_ns).to_bits());
            write_body(file, stat, folder, scratch, files);
        }
        // A key that others are nested in is none itself.
        Ok((stat, _)) if stat.kind == Kind::Directory => return false,
        Ok(_) => write_passed_over(name, "is no file", files),
        // It was there when the folder was listed: somebody removed it in between.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => return false,
        Err(error) => write_passed_over(name, &why(&error), files),
    }
    true
}

fn write_body(file: File, stat: Stat, folder: Folder, scratch: &mut Scratch, files: &mut Writer) {
    let Scratch {
        contents,
        value,
        body,
    } = scratch;
    value.bytes.0.clear();
    value.warning = None;
    let mut source = Source { file, stat, contents };
    if let Err(reason) = (folder.read)(&mut source, value) {
        value.bytes.0.clear();
        value.warning = Some(reason);
    }
    body.0.clear();
    body.optional_text(value.warning.as_deref());
    body.0.extend_from_slice(&value.bytes.0);
    files.bytes(&body.0);
}

fn write_passed_over(name: &str, reason: &str, files: &mut Writer) {
    files.text(name);
    files.u64(Stamp::UNTRUSTED.to_bits());
    let mut body = Writer::default();
    body.optional_text(Some(reason));
    files.bytes(&body.0);
}

/// Why a file could not be read, in a few words.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        _ if is_symlink(error) => "is a symbolic link, which is not followed".to_owned(),
        ErrorKind::NotADirectory => "is no directory".to_owned(),
        ErrorKind::IsADirectory => "is a directory".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    static READ: AtomicUsize = AtomicUsize::new(0);
    const COUNTED: Folder = Folder {
        name: "params",
        read: |source, value| {
            READ.fetch_add(1, Ordering::Relaxed);
            value.bytes.text(source.text()?);
            Ok(())
        },
        counts: |_| true,
    };
    /// Long after everything.
    const LATER: i64 = i64::MAX;

    fn changed(checked: Checked) -> Option<Bytes> {
        match checked {
            Checked::Still => None,
            Checked::Changed(section) => Some(section),
        }
    }

    #[test]
    fn only_files_that_changed_are_read_again() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("params");
        fs::create_dir_all(folder.join("deep")).unwrap();
        for key in ["a", "b", "deep/c"] {
            fs::write(folder.join(key), key).unwrap();
        }
        let owner = Dir::open(root.path()).unwrap();
        let check_again = |kept: Option<&[u8]>| {
            READ.store(0, Ordering::Relaxed);
            let section = changed(check(&owner, COUNTED, kept, LATER).unwrap());
            (section, READ.load(Ordering::Relaxed))
        };
        let (first, read) = check_again(None);
        let first = first.unwrap();
        assert_eq!((read, items(&first).len()), (3, 3));
        assert!(matches!(check_again(Some(&first)), (None, 0)));
        fs::write(folder.join("b"), "changed").unwrap();
        let (second, read) = check_again(Some(&first));
        let second = second.unwrap();
        assert_eq!(read, 1);
        fs::write(folder.join("deep/d"), "new").unwrap();
        fs::remove_file(folder.join("a")).unwrap();
        let (third, read) = check_again(Some(&second));
        let third = third.unwrap();
        assert_eq!(read, 1);
        let keys: Vec<_> = items(&third).iter().map(|item| item.key).collect();
        assert_eq!(keys, ["b", "deep/c", "deep/d"]);
        fs::remove_dir_all(&folder).unwrap();
        assert!(items(&check_again(Some(&third)).0.unwrap()).is_empty());
    }

    #[test]
    fn what_was_written_a_moment_ago_is_always_read_again() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("params")).unwrap();
        fs::write(root.path().join("params/a"), "a").unwrap();
        let owner = Dir::open(root.path()).unwrap();
        let texts = Folder {
            read: |source, value| {
                value.bytes.text(source.text()?);
                Ok(())
            },
            ..COUNTED
        };
        let now = owner.own_stat().unwrap().changed_ns;
        let first = changed(check(&owner, texts, None, now).unwrap()).unwrap();
        assert!(changed(check(&owner, texts, Some(&first), now).unwrap()).is_some());
    }
}
