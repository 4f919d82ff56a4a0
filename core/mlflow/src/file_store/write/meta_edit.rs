//! Changing keys of a `meta.yaml` and leaving every other line as it is: what another version of MLflow wrote, and
//! this one does not know, stays.

use super::super::yaml::Fields;
use super::scalar::spell;

/// What becomes of one key.
pub(super) enum Change<'a> {
    Text(&'a str),
    Number(i64),
    Remove,
}

/// The file with these keys changed; new ones are put where the order of the alphabet wants them.
///
/// # Errors
/// Why the file cannot be changed by hand, in a few words.
pub(super) fn edit(
    text: &str,
    known: &'static [&'static str],
    changes: &[(&'static str, Change<'_>)],
) -> Result<String, String> {
    let before = Fields::read(text, known)?;
    let mut entries = entries(text).ok_or("is laid out in a way that is only read, not written")?;
    for (key, change) in changes {
        let spelled = match change {
            Change::Remove => {
                entries.retain(|(name, _)| name != key);
                continue;
            }
            Change::Text(text) => spell(text),
            Change::Number(number) => number.to_string(),
        };
        let line = format!("{key}: {spelled}\n");
        match entries.iter().position(|(name, _)| name == key) {
            Some(at) => entries[at].1 = line,
            None => {
                let at = entries
                    .iter()
                    .position(|(name, _)| name.as_str() > *key)
                    .unwrap_or(entries.len());
                entries.insert(at, ((*key).to_owned(), line));
            }
        }
    }
    let edited: String = entries.into_iter().map(|(_, lines)| lines).collect();
    check(&before, &edited, known, changes)?;
    Ok(edited)
}

/// The keys of a mapping with all their lines; nothing where a line belongs to no key.
fn entries(text: &str) -> Option<Vec<(String, String)>> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let key = line.split_once(':').map(|(key, _)| key).filter(|key| is_key(key));
        match (key, entries.last_mut()) {
            (Some(key), _) => entries.push((key.to_owned(), line.to_owned())),
            (None, Some((_, lines))) => lines.push_str(line),
            (None, None) => return None,
        }
        if let Some((_, lines)) = entries.last_mut()
            && !lines.ends_with('\n')
        {
            lines.push('\n');
        }
    }
    Some(entries)
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Reads the edited file back: what was to change changed, and nothing else.
fn check(
    before: &Fields<'_>,
    edited: &str,
    known: &'static [&'static str],
    changes: &[(&'static str, Change<'_>)],
) -> Result<(), String> {
    let after = Fields::read(edited, known)?;
    for key in known {
        let wanted = match changes.iter().find(|(changed, _)| changed == key) {
            None => before.get(key).map(str::to_owned),
            Some((_, Change::Remove)) => None,
            Some((_, Change::Text(text))) => Some((*text).to_owned()),
            Some((_, Change::Number(number))) => Some(number.to_string()),
        };
        if after.get(key).map(str::to_owned) != wanted {
            return Err("is laid out in a way that is only read, not written".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["a", "deleted_time", "name", "stage"];

    #[test]
    fn only_the_lines_of_changed_keys_change() {
        let text =
            "a: 'two\n\n  lines'\nname: old\n  name\nstage: active\ntags: []\nunknown:\n- x: 2\n  y: 1\n";
        let edited = edit(
            text,
            KNOWN,
            &[
                ("name", Change::Text("new: one")),
                ("deleted_time", Change::Number(5)),
            ],
        );
        let expected = "a: 'two\n\n  lines'\ndeleted_time: 5\nname: 'new: one'\nstage: active\ntags: []\nunknown:\n- x: 2\n  y: 1\n";
        assert_eq!(edited.as_deref(), Ok(expected));
        let restored = edit(expected, KNOWN, &[("deleted_time", Change::Remove)]).unwrap();
        assert!(!restored.contains("deleted_time"), "{restored}");
    }

    #[test]
    fn a_file_without_an_end_of_line_is_still_one_key_a_line() {
        let edited = edit("a: 1", KNOWN, &[("stage", Change::Text("deleted"))]);
        assert_eq!(edited.as_deref(), Ok("a: 1\nstage: deleted\n"));
    }

    #[test]
    fn a_layout_that_cannot_be_edited_is_refused() {
        for text in ["{a: 1, name: x}\n", "# comment\nname: x\n", "---\nname: x\n"] {
            assert!(
                edit(text, KNOWN, &[("name", Change::Text("y"))]).is_err(),
                "{text}"
            );
        }
    }
}
