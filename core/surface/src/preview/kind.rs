//! What a file is, by its name and its first bytes. Where they disagree, the bytes win.

/// What a file is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Text of any sort.
    Text,
    /// Markdown.
    Markdown,
    /// One JSON value.
    Json,
    /// A JSON value on each line.
    JsonLines,
    /// YAML.
    Yaml,
    /// The description of a model, `MLmodel`.
    MlModel,
    /// Values parted by commas, or by semicolons.
    Csv,
    /// Values parted by tabs.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// Pixels, in a format by its name.
    Picture(&'static str),
    /// A drawing as XML.
    Svg,
    /// A page for a browser.
    Html,
    /// A document for a viewer of its own.
    Pdf,
    /// Python objects; reading them would run code.
    Pickle,
    /// A packed directory.
    Archive,
    /// A model's numbers: safetensors, NumPy, HDF5, ONNX.
    Weights,
    /// Anything else.
    Binary,
}

/// How much of a file is read for its preview.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reading {
    /// The head alone, so many bytes.
    Head(usize),
    /// The whole file, unless it is larger than so many bytes; where it lies on this machine its size does not matter.
    Whole(usize),
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// First bytes of formats. Source: the formats' own specifications.
const SIGNATURES: &[(&[u8], Kind)] = &[
    (b"\x89PNG\r\n\x1a\n", Kind::Picture("PNG")),
    (b"\xff\xd8\xff", Kind::Picture("JPEG")),
    (b"GIF87a", Kind::Picture("GIF")),
    (b"GIF89a", Kind::Picture("GIF")),
    (b"PAR1", Kind::Parquet),
    (b"%PDF-", Kind::Pdf),
    (b"\x1f\x8b", Kind::Archive),
    (b"PK\x03\x04", Kind::Archive),
    (b"\x93NUMPY", Kind::Weights),
    (b"\x89HDF\r\n\x1a\n", Kind::Weights),
];

impl Kind {
    /// What a file is whose first bytes are these.
    pub fn of(name: &str, head: &[u8]) -> Self {
        if let Some((_, kind)) = SIGNATURES.iter().find(|(start, _)| head.starts_with(start)) {
            return kind.of_packed(name);
        }
        if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
            return Self::Picture("WebP");
        }
        if head.starts_with(b"BM") && looks_binary(head) {
            return Self::Picture("BMP");
        }
        let named = Self::named(name);
        match named {
            // No text: whatever the name says, it cannot be read as such.
            Some(kind) if kind.is_text() && looks_binary(head) => Self::Binary,
            // A picture or a table whose first bytes are others' is not one.
            Some(Self::Picture(_) | Self::Parquet | Self::Pdf) | None if looks_binary(head) => {
                if head.first() == Some(&0x80) {
                    Self::Pickle
                } else {
                    Self::Binary
                }
            }
            Some(Self::Picture(_) | Self::Parquet | Self::Pdf) | None => Self::Text,
            Some(kind) => kind,
        }
    }

    /// A model saved by PyTorch is a packed directory too, and a pickle to whoever opens it.
    fn of_packed(self, name: &str) -> Self {
        match Self::named(name) {
            Some(named @ (Self::Pickle | Self::Weights)) if self == Self::Archive => named,
            _ => self,
        }
    }

    /// What a file is by its name alone; none where the name tells nothing.
    pub fn named(name: &str) -> Option<Self> {
        if name == "MLmodel" {
            return Some(Self::MlModel);
        }
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        Some(match extension.as_str() {
            "md" | "markdown" => Self::Markdown,
            "json" | "ipynb" | "geojson" => Self::Json,
            "jsonl" | "ndjson" => Self::JsonLines,
            "yaml" | "yml" => Self::Yaml,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "parquet" => Self::Parquet,
            "png" => Self::Picture("PNG"),
            "jpg" | "jpeg" => Self::Picture("JPEG"),
            "gif" => Self::Picture("GIF"),
            "webp" => Self::Picture("WebP"),
            "bmp" => Self::Picture("BMP"),
            "svg" => Self::Svg,
            "html" | "htm" => Self::Html,
            "pdf" => Self::Pdf,
            "pkl" | "pickle" | "joblib" | "pt" | "pth" | "ckpt" => Self::Pickle,
            "safetensors" | "npy" | "npz" | "h5" | "hdf5" | "onnx" | "ubj" | "bin" => Self::Weights,
            "zip" | "gz" | "tgz" | "tar" | "whl" => Self::Archive,
            _ => return None,
        })
    }

    /// Whether it is text of some sort.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::Markdown
                | Self::Json
                | Self::JsonLines
                | Self::Yaml
                | Self::MlModel
                | Self::Csv
                | Self::Tsv
                | Self::Svg
                | Self::Html
        )
    }

    /// How much of it is worth reading.
    pub const fn read_limit(self) -> Reading {
        match self {
            Self::Json => Reading::Head(8 * MIB),
            Self::Picture(_) | Self::Parquet => Reading::Whole(64 * MIB),
            Self::Pdf | Self::Pickle | Self::Archive | Self::Weights | Self::Binary => {
                Reading::Head(16 * KIB)
            }
            _ => Reading::Head(2 * MIB),
        }
    }

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::Json => "JSON",
            Self::JsonLines => "JSON lines",
            Self::Yaml => "YAML",
            Self::MlModel => "MLflow model",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Parquet => "Parquet",
            Self::Picture(format) => format,
            Self::Svg => "SVG drawing",
            Self::Html => "HTML page",
            Self::Pdf => "PDF document",
            Self::Pickle => "Python pickle",
            Self::Archive => "archive",
            Self::Weights => "model weights",
            Self::Binary => "binary",
        }
    }

    /// Whether another program shows it better: `o` is worth pressing.
    pub const fn is_for_a_viewer(self) -> bool {
        matches!(self, Self::Html | Self::Pdf | Self::Svg)
    }
}

/// Whether bytes are no text: a NUL that is not UTF-16's, or many control characters.
pub(super) fn looks_binary(head: &[u8]) -> bool {
    let head = &head[..head.len().min(8 * KIB)];
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return false;
    }
    let is_odd = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0x08);
    head.contains(&0) || head.iter().filter(is_odd).count() * 20 > head.len()
}
