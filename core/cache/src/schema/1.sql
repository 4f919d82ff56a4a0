-- What the cache is of: `context`, `store`.
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Things that were read, each as one record. Times are milliseconds since the Unix epoch.
CREATE TABLE things (
    kind INTEGER NOT NULL,
    id TEXT NOT NULL,
    parent TEXT NOT NULL,
    is_deleted INTEGER NOT NULL,
    record BLOB NOT NULL,
    read_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX things_by_id ON things (kind, id);
CREATE INDEX things_by_parent ON things (kind, parent);
CREATE INDEX things_by_use ON things (used_at);

-- Which lists were read, and whether to their end.
CREATE TABLE lists (
    kind INTEGER NOT NULL,
    parent TEXT NOT NULL,
    is_deleted INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    is_whole INTEGER NOT NULL,
    PRIMARY KEY (kind, parent, is_deleted)
) WITHOUT ROWID;

-- Metric histories. One that is still being read has a token, and none once it is whole.
CREATE TABLE histories (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    metric TEXT NOT NULL,
    token INTEGER,
    mark TEXT,
    n_points INTEGER NOT NULL,
    size INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX whole_histories ON histories (run, metric) WHERE token IS NULL;
CREATE UNIQUE INDEX histories_by_token ON histories (token) WHERE token IS NOT NULL;
CREATE TABLE points (
    history INTEGER NOT NULL REFERENCES histories (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    columns BLOB NOT NULL,
    PRIMARY KEY (history, part)
);

-- What was fetched on purpose; one without an end broke off.
CREATE TABLE syncs (
    subject TEXT PRIMARY KEY,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    n_done INTEGER NOT NULL,
    n_all INTEGER NOT NULL
) WITHOUT ROWID;
