use bytes::Bytes;

/// A form of one file, as `multipart/form-data`: its content type and its body.
///
/// Source: RFC 7578; the server reads the part `uploadfile` alone.
pub(super) fn one_file(field: &str, name: &str, bytes: &[u8]) -> (String, Bytes) {
    let boundary = boundary(bytes);
    let quoted: String = name
        .chars()
        .map(|letter| {
            if matches!(letter, '"' | '\r' | '\n' | '\\') {
                '_'
            } else {
                letter
            }
        })
        .collect();
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{quoted}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let mut body = Vec::with_capacity(head.len() + bytes.len() + tail.len());
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(tail.as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body.into())
}

/// A line that the file does not hold.
fn boundary(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    (0_u64..)
        .map(|number| format!("flowdeck-{number:016x}"))
        .find(|boundary| !text.contains(boundary.as_str()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_no_part_of_the_file() {
        let file = b"a: flowdeck-0000000000000000\n";
        let (content_type, body) = one_file("uploadfile", "a \"b\".yaml", file);
        assert_eq!(
            content_type,
            "multipart/form-data; boundary=flowdeck-0000000000000001"
        );
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("filename=\"a _b_.yaml\"\r\n"));
        assert!(
            text.ends_with("\r\n\r\na: flowdeck-0000000000000000\n\r\n--flowdeck-0000000000000001--\r\n")
        );
    }
}
