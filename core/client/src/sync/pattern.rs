/// Whether a text fits a pattern: `*` stands for any text, slashes too, `?` for one letter.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // The last star, and where the text behind it begins.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&letter) if letter == '?' || letter == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, began)) = star else { return false };
                star = Some((at, began + 1));
                p = at + 1;
                t = began + 1;
            }
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, does_fit) in [
            ("*", "a/b.png", true),
            ("*.png", "a/b.png", true),
            ("*.png", "a/b.png.txt", false),
            ("model/*", "model/MLmodel", true),
            ("model/*", "models/x", false),
            ("?.txt", "ä.txt", true),
            ("?.txt", ".txt", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("config.yaml", "config.yaml", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, text), does_fit, "{pattern} {text}");
        }
    }
}
