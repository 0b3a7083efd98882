-- The index as the first followupd laid it out.
BEGIN;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (folder TEXT PRIMARY KEY, uidvalidity INTEGER NOT NULL, last_uid INTEGER NOT NULL,
    modseq INTEGER NOT NULL, seen_at REAL, mail_at REAL) WITHOUT ROWID;
CREATE TABLE messages (id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, date REAL NOT NULL, direction TEXT NOT NULL,
    node BLOB NOT NULL, body BLOB NOT NULL, keyword TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE INDEX messages_thread ON messages (thread_id, date);
CREATE TABLE refs (ref TEXT NOT NULL, message_id TEXT NOT NULL, PRIMARY KEY (ref, message_id)) WITHOUT ROWID;
CREATE TABLE peers (email TEXT NOT NULL, base_subject TEXT NOT NULL, date REAL NOT NULL, message_id TEXT NOT NULL,
    PRIMARY KEY (email, base_subject, date, message_id)) WITHOUT ROWID;
CREATE TABLE locations (folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
    message_id TEXT NOT NULL, PRIMARY KEY (folder, uidvalidity, uid)) WITHOUT ROWID;
CREATE INDEX locations_message ON locations (message_id);
CREATE TABLE threads (id TEXT PRIMARY KEY, buyer TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT '',
    last_at REAL, next_due REAL, dirty INTEGER NOT NULL DEFAULT 1, facts BLOB, decision BLOB, acted BLOB) WITHOUT ROWID;
CREATE INDEX threads_due ON threads (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX threads_dirty ON threads (id) WHERE dirty = 1;
CREATE INDEX threads_buyer ON threads (buyer);
CREATE INDEX threads_last ON threads (last_at);
CREATE TABLE drafts (uid INTEGER PRIMARY KEY, thread_id TEXT NOT NULL, message_id TEXT NOT NULL, seen BLOB NOT NULL);
CREATE INDEX drafts_thread ON drafts (thread_id);
CREATE TABLE quarantine (folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
    reason TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (folder, uidvalidity, uid)) WITHOUT ROWID;
PRAGMA user_version=1;
COMMIT;
