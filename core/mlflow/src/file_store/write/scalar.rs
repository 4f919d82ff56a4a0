//! Texts as YAML scalars, spelled so that every YAML parser reads the same text back, as PyYAML's `safe_dump` does.

/// Words that YAML 1.1 takes for something else than a text, in any case. Source: PyYAML `resolver.py`.
const WORDS: [&str; 11] = [
    "yes", "no", "true", "false", "on", "off", "null", "y", "n", "inf", "nan",
];

/// The text as a scalar on one line: plain where nothing can be mistaken, else in quotes.
pub(super) fn spell(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else if text.chars().all(is_printable) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        double_quoted(text)
    }
}

/// Whether the text stands for itself without quotes. Texts that start like a number are quoted, whatever follows.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '/' || c == '_')
        && text.chars().all(is_printable)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// What PyYAML and libyaml print as it is: no line breaks, controls or characters beyond the first plane.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn double_quoted(text: &str) -> String {
    let mut spelled = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => spelled.push_str("\\\""),
            '\\' => spelled.push_str("\\\\"),
            '\n' => spelled.push_str("\\n"),
            '\t' => spelled.push_str("\\t"),
            '\r' => spelled.push_str("\\r"),
            c if is_printable(c) => spelled.push(c),
            c if u32::from(c) <= 0xff => spelled.push_str(&format!("\\x{:02X}", u32::from(c))),
            c if u32::from(c) <= 0xffff => spelled.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => spelled.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    spelled.push('"');
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_reads_back_as_it_was() {
        let texts = [
            "plain",
            "it's",
            "# hash",
            "yes",
            "Null",
            "1234",
            "- dash",
            "two\nlines",
            "ünï",
            "🎈",
            "trailing ",
            " x",
            "a: b",
            "a:",
            "",
            "0x1f",
            "1e3",
            "*x",
            "&x",
            "!x",
            "%x",
            "@x",
            "`x`",
            "{x}",
            "[y]",
            "tab\t",
            "2024-01-01",
            "~",
            "=",
            "<<",
            "1:30",
            "\u{2028}",
            "back\\slash",
            "\"dq\"",
            "\u{7}",
            "\u{85}",
            "\u{feff}",
            "\r\n",
            "a #b",
            "y",
            "NaN",
            "-",
            "?",
            "?x",
            ": x",
            "|",
            ">",
            "---",
            "...",
            "\0",
        ];
        for text in texts {
            let yaml = format!("name: {}\n", spell(text));
            let read: std::collections::BTreeMap<String, String> = serde_saphyr::from_str(&yaml).unwrap();
            assert_eq!(read["name"], text, "{yaml}");
        }
    }

    #[test]
    fn nothing_is_quoted_without_need() {
        for (text, spelled) in [
            ("vision", "vision"),
            ("a b-c_d/e", "a b-c_d/e"),
            ("it's", "it's"),
            ("größe", "größe"),
            ("12", "'12'"),
            ("don't: x", "'don''t: x'"),
            ("a\nb", "\"a\\nb\""),
            ("🎈", "\"\\U0001F388\""),
        ] {
            assert_eq!(spell(text), spelled);
        }
    }
}
