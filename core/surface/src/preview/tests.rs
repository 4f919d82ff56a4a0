//! Small real files: pictures and tables written by Pillow, Matplotlib, pandas and PyArrow, models by MLflow 3.17.2.

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        &include_bytes!(concat!("../../../../tests/fixtures/preview/", $name))[..]
    };
}

fn preview_of(name: &str, bytes: &[u8]) -> Preview {
    Preview::of(&Source {
        name,
        bytes,
        size_bytes: Some(bytes.len() as u64),
        is_whole: true,
    })
}

fn head_of(name: &str, bytes: &[u8], size_bytes: u64) -> Preview {
    Preview::of(&Source {
        name,
        bytes,
        size_bytes: Some(size_bytes),
        is_whole: false,
    })
}

fn table(preview: &Preview) -> &Table {
    match &preview.body {
        Body::Table(table) => table,
        other => panic!("a table, not {other:?}"),
    }
}

fn text(preview: &Preview) -> &Text {
    match &preview.body {
        Body::Text(text) => text,
        other => panic!("text, not {other:?}"),
    }
}

fn tree(preview: &Preview) -> &Tree {
    match &preview.body {
        Body::Tree(tree) => tree,
        other => panic!("a tree, not {other:?}"),
    }
}

fn row(table: &Table, row: usize) -> Vec<&str> {
    (0..).map_while(|column| table.cell(row, column)).collect()
}

fn outline(tree: &Tree) -> Vec<String> {
    let line = |line: &TreeLine| format!("{}{}={}", "  ".repeat(line.depth), line.key, line.value);
    tree.lines().iter().map(line).collect()
}

#[test]
fn pictures_are_known_by_their_bytes_and_read() {
    struct File(&'static str, &'static [u8], &'static str, (u32, u32));
    let files = [
        File("plot.png", fixture!("plot.png"), "PNG", (100, 75)),
        File("gradient.jpg", fixture!("gradient.jpg"), "JPEG", (64, 48)),
        File("gradient.gif", fixture!("gradient.gif"), "GIF", (64, 48)),
        File("gradient.webp", fixture!("gradient.webp"), "WebP", (64, 48)),
        File("gradient.bmp", fixture!("gradient.bmp"), "BMP", (64, 48)),
        File("no name at all", fixture!("plot.png"), "PNG", (100, 75)),
    ];
    for File(name, bytes, format, size) in files {
        let preview = preview_of(name, bytes);
        let Body::Picture(picture) = &preview.body else {
            panic!("{name}: {preview:?}")
        };
        assert_eq!(
            (preview.kind, (picture.width, picture.height)),
            (Kind::Picture(format), size),
            "{name}"
        );
    }
    let red = |preview: &Preview| match &preview.body {
        Body::Picture(picture) => picture.pixels().get_pixel(60, 2).0[0],
        other => panic!("{other:?}"),
    };
    assert!(red(&preview_of("gradient.jpg", fixture!("gradient.jpg"))) > 200);
}

#[test]
fn a_picture_that_is_cut_or_none_is_said_to_be_and_shown_as_bytes() {
    let whole = fixture!("plot.png");
    let cut = preview_of("plot.png", &whole[..whole.len() / 2]);
    assert!(
        matches!(cut.body, Body::Bytes(_)) && cut.remarks[0].contains("cannot be read"),
        "{cut:?}"
    );
    let fake = preview_of("plot.png", b"<html>no such plot</html>");
    assert_eq!(text(&fake).line(0), Some("<html>no such plot</html>"));
    let large = head_of("plot.png", &whole[..100], 1 << 30);
    assert!(large.remarks[0].contains("too large"), "{large:?}");
    // A header that promises more pixels than there is memory for.
    let mut bomb = whole[..64].to_vec();
    bomb[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    assert!(matches!(preview_of("bomb.png", &bomb).body, Body::Bytes(_)));
}

#[test]
fn parquet_shows_its_schema_and_its_first_rows_in_every_usual_compression() {
    let preview = preview_of("people.parquet", fixture!("people.parquet"));
    let people = table(&preview);
    let columns: Vec<_> = people
        .columns()
        .iter()
        .map(|column| (column.name.as_str(), column.kind.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        columns,
        [
            ("name", "string"),
            ("age", "int64"),
            ("score", "double"),
            ("when", "timestamp"),
            ("tags", "list"),
            ("ok", "boolean")
        ]
    );
    assert_eq!(row(people, 0)[..3], ["ada", "36", "0.5"]);
    assert_eq!(
        (people.cell(1, 0), people.cell(2, 0), people.n_rows()),
        (Some("böb"), Some(""), 4)
    );
    assert_eq!(people.cell(0, 3), Some("2024-01-02 03:04:05"));
    assert!(preview.remarks.contains(&"4 rows, 6 columns".to_owned()));
    let files: [&[u8]; 4] = [
        fixture!("zstd.parquet"),
        fixture!("gzip.parquet"),
        fixture!("brotli.parquet"),
        fixture!("lz4.parquet"),
    ];
    for bytes in files {
        assert_eq!(row(table(&preview_of("x.parquet", bytes)), 0), ["ada", "36"]);
    }
    let groups = preview_of("groups.parquet", fixture!("groups.parquet"));
    assert_eq!(
        (table(&groups).n_rows(), groups.remarks[0].as_str()),
        (100, "300 rows, 1 columns")
    );
}

#[test]
fn a_damaged_parquet_file_is_said_to_be_one() {
    let whole = fixture!("people.parquet");
    for length in (4..whole.len()).step_by(97) {
        let preview = preview_of("people.parquet", &whole[..length]);
        assert!(
            preview.remarks[0].contains("no Parquet file that can be read"),
            "{length}"
        );
    }
    for at in (4..whole.len()).step_by(61) {
        let mut bent = whole.to_vec();
        bent[at] ^= 0xff;
        let _ = preview_of("people.parquet", &bent);
    }
}

#[test]
fn the_description_of_a_model_tells_flavors_and_signature() {
    let preview = preview_of("MLmodel", fixture!("MLmodel"));
    let Body::Model(card) = &preview.body else {
        panic!("{preview:?}")
    };
    let flavors: Vec<_> = card.flavors.iter().map(|flavor| flavor.name.as_str()).collect();
    assert_eq!(flavors, ["python_function", "sklearn"]);
    let signature: Vec<_> = card
        .signature
        .iter()
        .flat_map(|group| {
            let fields = group.fields.iter();
            fields.map(|field| {
                format!(
                    "{} {}: {} {}",
                    group.title, field.name, field.kind, field.is_required
                )
            })
        })
        .collect();
    assert_eq!(
        signature,
        [
            "Inputs age: double true",
            "Inputs city: long true",
            "Outputs : tensor(int64)[-1] true",
            "Params threshold: double true"
        ]
    );
    assert_eq!(card.signature[2].fields[0].default.as_deref(), Some("0.5"));
    assert_eq!(card.run_id.as_deref(), Some("3bfbe237d6d44d45a36cbec78c22f473"));
    let broken = preview_of("MLmodel", b"flavors: [");
    assert!(broken.remarks[0].starts_with("shown as text"), "{broken:?}");
}

#[test]
fn a_logged_table_is_a_table_and_other_json_a_tree() {
    let logged = preview_of("table.json", fixture!("table.json"));
    assert_eq!(row(table(&logged), 1), ["a, \"b\"", "2.5"]);
    assert_eq!(table(&logged).columns()[1].name, "score");
    let preview = preview_of(
        "x.json",
        br#"{"a": [1, {"b": null}], "c": "x\ny", "d": 1e400, "e": {}}"#,
    );
    assert_eq!(
        outline(tree(&preview)),
        [
            "=4 values",
            "  a=2 values",
            "    0=1",
            "    1=1 value",
            "      b=null",
            "  c=x\ny",
            "  d=1e400",
            "  e=empty"
        ]
    );
    let lines = preview_of("x.jsonl", b"{\"a\": 1}\n{\"a\": NaN}\n");
    assert_eq!(
        outline(tree(&lines)),
        ["=1 value", "  a=1", "=1 value", "  a=NaN"]
    );
}

#[test]
fn json_that_is_wrong_is_shown_as_text_and_the_head_of_a_long_one_as_far_as_it_goes() {
    let wrong = preview_of("x.json", b"{\n  \"a\": tru\n}");
    assert!(wrong.remarks[0].contains("from line 2"), "{wrong:?}");
    assert_eq!(text(&wrong).n_lines(), 3);
    let head = head_of("x.json", br#"{"a": [1, 2, "thr"#, 1 << 30);
    assert_eq!(tree(&head).lines().len(), 4);
    assert!(
        head.remarks.iter().any(|remark| remark.contains("of 1.1 GB")),
        "{:?}",
        head.remarks
    );
}

#[test]
fn brackets_of_any_depth_overflow_nothing() {
    let deep = "[".repeat(150_000) + &"]".repeat(150_000);
    let preview = preview_of("deep.json", deep.as_bytes());
    let mut view = TreeView::new(tree(&preview).clone());
    assert_eq!(tree(&preview).lines().len(), 150_000);
    view.fold_all(false);
    view.toggle(10);
    assert_eq!(view.shown().len(), 11);
    let objects = "{\"a\":".repeat(100_000);
    assert!(matches!(
        preview_of("open.json", objects.as_bytes()).body,
        Body::Text(_)
    ));
    let yaml: String = (0..5_000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    assert_eq!(
        tree(&preview_of("deep.yaml", yaml.as_bytes())).lines().len(),
        5_000
    );
}

#[test]
fn yaml_folds_by_its_indentation_and_stays_as_it_is_written() {
    let preview = preview_of("conf.yaml", fixture!("conf.yaml"));
    assert_eq!(
        outline(tree(&preview)),
        ["layers=", "  =- 1", "  =- 2", "  - a=null", "lr=0.1"]
    );
    let odd = preview_of(
        "x.yml",
        b"# why\na:\n  b: 'x: y' # c\n  text: |\n    one\n    two\n\"q: r\": 1\n",
    );
    assert_eq!(
        outline(tree(&odd)),
        [
            "=# why",
            "a=",
            "  b='x: y' # c",
            "  text=|",
            "    =one",
            "    =two",
            "=\"q: r\": 1"
        ]
    );
    let mut view = TreeView::new(tree(&odd).clone());
    assert!(view.toggle(1) && !view.toggle(0));
    assert_eq!(view.shown(), [0, 1, 6]);
}

#[test]
fn rows_of_any_length_quotes_and_separators_are_read() {
    let csv = preview_of("x.csv", b"a,b\n1,\"x, \"\"y\"\"\nz\"\n2\n3,4,5\n");
    assert_eq!(row(table(&csv), 0), ["1", "x, \"y\"\nz"]);
    assert_eq!(
        (row(table(&csv), 1), row(table(&csv), 2)),
        (vec!["2"], vec!["3", "4", "5"])
    );
    assert_eq!(
        csv.remarks,
        ["2 rows of other lengths than 2, the first row 2 with 1"]
    );
    assert!(table(&csv).columns()[0].is_numeric && !table(&csv).columns()[1].is_numeric);
    let german = preview_of("x.csv", b"a;b\n1,5;x\n");
    assert_eq!(
        (row(table(&german), 0), german.remarks[0].as_str()),
        (vec!["1,5", "x"], "parted by semicolons")
    );
    assert_eq!(
        row(table(&preview_of("x.tsv", b"a\tb\n1\t,2\r\n")), 0),
        ["1", ",2"]
    );
    assert_eq!(table(&preview_of("x.csv", b"")).n_rows(), 0);
    // The last row of a head may be half a row.
    assert_eq!(table(&head_of("x.csv", b"a,b\n1,2\n3,4", 999)).n_rows(), 1);
}

#[test]
fn a_table_of_ten_thousand_columns_is_read() {
    let line = |value: &str| vec![value; 10_000].join(",") + "\n";
    let csv = line("name") + &line("1") + &line("2");
    let preview = preview_of("wide.csv", csv.as_bytes());
    assert_eq!(
        (table(&preview).columns().len(), table(&preview).cell(1, 9_999)),
        (10_000, Some("2"))
    );
}

#[test]
fn text_is_read_in_whatever_encoding_it_is() {
    let read = |name: &str, bytes: &[u8]| {
        let preview = preview_of(name, bytes);
        (text(&preview).as_str().to_owned(), preview.remarks)
    };
    assert_eq!(
        read("a.txt", "\u{feff}über\r\nx".as_bytes()),
        ("über\r\nx".to_owned(), vec![])
    );
    let (latin, remarks) = read("a.log", b"f\xfcr 5");
    assert_eq!(
        (latin.as_str(), remarks[0].as_str()),
        ("für 5", "not UTF-8 from byte 1 on: read as Latin-1")
    );
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("hé\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(read("a.txt", &utf16).0, "hé\n");
    // A head may end within a letter.
    let head = head_of("a.txt", &"aé".as_bytes()[..2], 9);
    assert_eq!((text(&head).as_str(), head.remarks.len()), ("a", 1));
    let lines = Text::new("a\r\n\nb\n".to_owned());
    assert_eq!(
        (0..lines.n_lines())
            .filter_map(|line| lines.line(line))
            .collect::<Vec<_>>(),
        ["a", "", "b"]
    );
}

#[test]
fn what_is_no_text_is_said_and_shown_as_bytes() {
    let pickle = preview_of(
        "model.pkl",
        b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x94.",
    );
    assert_eq!(pickle.kind, Kind::Pickle);
    let Body::Bytes(bytes) = &pickle.body else {
        panic!("{pickle:?}")
    };
    assert_eq!(
        hex_line(bytes, 0).as_deref(),
        Some("00000000  80 04 95 1a 00 00 00 00  00 00 00 8c 08 62 75 69  |.............bui|")
    );
    assert_eq!(hex_line(bytes, 99), None);
    assert_eq!(Kind::of("weights", b"\x00\x01\x02"), Kind::Binary);
    assert_eq!(Kind::of("notes.txt", b"a\x00b"), Kind::Binary);
    assert_eq!(Kind::of("report.pdf", b"%PDF-1.7"), Kind::Pdf);
    // Packed as an archive, a model's own format all the same.
    assert_eq!(Kind::of("model.pt", b"PK\x03\x04"), Kind::Pickle);
    assert_eq!(Kind::of("model.pkl", fixture!("model.pkl")), Kind::Pickle);
    assert_eq!(Kind::of("plot.svg", fixture!("plot.svg")), Kind::Svg);
}

#[test]
fn a_schema_of_a_dataset_is_told_by_its_columns_or_tensors() {
    let dataset = |schema: &str| flowdeck_client::tracking::Dataset {
        schema: Some(schema.to_owned()),
        ..Default::default()
    };
    let columns = dataset(r#"{"mlflow_colspec": [{"type": "double", "name": "x", "required": false}]}"#);
    let groups = dataset_groups(&columns);
    assert_eq!(
        (groups[0].title.as_str(), groups[0].fields[0].kind.as_str()),
        ("Columns", "double")
    );
    assert!(!groups[0].fields[0].is_required);
    let tensors = dataset(
        r#"{"mlflow_tensorspec": {"features": "[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"uint8\", \"shape\": [-1, 3]}}]", "targets": null}}"#,
    );
    let groups = dataset_groups(&tensors);
    assert_eq!((groups.len(), groups[0].title.as_str()), (1, "Features"));
    assert_eq!(groups[0].fields[0].kind, "tensor(uint8)[-1, 3]");
    assert!(dataset_groups(&dataset("no json")).is_empty());
    let nested = dataset(
        r#"{"mlflow_colspec": [{"name": "m", "type": "array", "items": {"type": "object", "properties": {"role": {"type": "string"}}}}]}"#,
    );
    assert_eq!(
        dataset_groups(&nested)[0].fields[0].kind,
        "array(object(role: string))"
    );
}
