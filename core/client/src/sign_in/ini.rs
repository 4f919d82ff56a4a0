//! INI files: sections, `key = value`, comments.

/// The lines of a section; none where the file has no such section.
pub(super) fn section<'a>(text: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| {
        line.strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .map(str::trim)
            == Some(name)
    })?;
    Some(lines.take_while(|line| !line.starts_with('[')).collect())
}

/// The value of a key; one that is empty counts as not there.
pub(super) fn value<'a>(lines: impl IntoIterator<Item = &'a str>, key: &str) -> Option<String> {
    lines
        .into_iter()
        .filter(|line| !line.starts_with(['#', ';']))
        .filter_map(|line| line.split_once(['=', ':']))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case(key))
        .map(|(_, value)| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}
