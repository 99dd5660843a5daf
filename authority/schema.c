/* SPDX-License-Identifier: ISC */
/* The ledger's tables; see schema.h. */
#include "schema.h"

/* The rules that must never break are rules of the tables, too:
 * one grant for one (device, epoch, slot, generation), none ever changed, and
 * generations and epochs that only rise. PROTOCOL 11. */
static const char version_1[] =
    "CREATE TABLE authority("
    " one INTEGER PRIMARY KEY CHECK(one=1),"
    " salt BLOB CHECK(length(salt)=16),"            /* NULL: no passphrase */
    " lock BLOB CHECK((lock IS NULL)=(salt IS NULL)),"
    " created INTEGER NOT NULL) STRICT;"

    "CREATE TABLE device("
    " id INTEGER PRIMARY KEY CHECK(id BETWEEN 1 AND 4294967295),"
    " name TEXT NOT NULL UNIQUE CHECK(length(name) BETWEEN 1 AND 32),"
    " mac BLOB NOT NULL UNIQUE CHECK(length(mac)=6),"
    " ip BLOB NOT NULL CHECK(length(ip)=4),"
    " netmask BLOB NOT NULL CHECK(length(netmask)=4),"
    " gateway BLOB NOT NULL CHECK(length(gateway)=4),"
    " task_table TEXT NOT NULL CHECK(length(task_table)<=4096),"
    " table_number INTEGER NOT NULL CHECK(table_number BETWEEN 0 AND 255),"
    " epoch INTEGER NOT NULL DEFAULT 0 CHECK(epoch BETWEEN 0 AND 65535),"
    " torn INTEGER NOT NULL DEFAULT 0 CHECK(torn IN (0,1)),"
    " image_epoch INTEGER CHECK(image_epoch BETWEEN 0 AND 65535),"
    " image_generations BLOB CHECK(length(image_generations)=16),"
    " created INTEGER NOT NULL) STRICT;"
    "CREATE TRIGGER epoch_rises BEFORE UPDATE OF epoch ON device"
    " WHEN new.epoch<old.epoch BEGIN SELECT RAISE(ABORT,'an epoch never falls'); END;"

    "CREATE TABLE device_key("
    " device INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " epoch INTEGER NOT NULL CHECK(epoch BETWEEN 0 AND 65535),"
    " kd BLOB NOT NULL CHECK(length(kd) IN (16,44)),"   /* 44: sealed */
    " PRIMARY KEY(device,epoch)) STRICT;"

    "CREATE TABLE slot("
    " device INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " slot INTEGER NOT NULL CHECK(slot BETWEEN 0 AND 15),"
    " generation INTEGER NOT NULL DEFAULT 0 CHECK(generation BETWEEN 0 AND 254),"
    " delivered INTEGER NOT NULL DEFAULT 0 CHECK(delivered BETWEEN 0 AND generation),"
    " host TEXT CHECK(length(host) BETWEEN 1 AND 7),"
    " PRIMARY KEY(device,slot), UNIQUE(device,host)) STRICT;"
    "CREATE TRIGGER generation_rises BEFORE UPDATE OF generation ON slot"
    " WHEN new.generation<old.generation"
    " BEGIN SELECT RAISE(ABORT,'a generation never falls'); END;"

    "CREATE TABLE host_grant("
    " device INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " epoch INTEGER NOT NULL CHECK(epoch BETWEEN 0 AND 65535),"
    " slot INTEGER NOT NULL CHECK(slot BETWEEN 0 AND 15),"
    " generation INTEGER NOT NULL CHECK(generation BETWEEN 0 AND 254),"
    " host TEXT NOT NULL CHECK(length(host) BETWEEN 1 AND 7),"
    " g BLOB NOT NULL CHECK(length(g)=32),"
    " signature BLOB NOT NULL CHECK(length(signature) BETWEEN 256 AND 512),"
    " created INTEGER NOT NULL,"
    " UNIQUE(device,epoch,slot,generation)) STRICT;"
    "CREATE TRIGGER grant_is_final BEFORE UPDATE ON host_grant"
    " BEGIN SELECT RAISE(ABORT,'a grant never changes'); END;";

/* A log that only grows; new keys for old grants (rollover); devices that moved, wait for
 * a key that only an image brings, or come from a backup; files to be put in place. */
static const char version_2[] =
    "CREATE TABLE log("
    " n INTEGER PRIMARY KEY CHECK(n>0),"
    " at INTEGER NOT NULL,"
    " action TEXT NOT NULL,"
    " device TEXT NOT NULL,"
    " host TEXT NOT NULL,"
    " signer TEXT NOT NULL,"
    " detail TEXT NOT NULL,"
    " hash BLOB NOT NULL CHECK(length(hash)=32)) STRICT;"
    "CREATE TRIGGER log_is_final BEFORE UPDATE ON log"
    " BEGIN SELECT RAISE(ABORT,'an entry of the log never changes'); END;"
    "CREATE TRIGGER log_grows BEFORE DELETE ON log"
    " BEGIN SELECT RAISE(ABORT,'the log only grows'); END;"

    "CREATE TABLE pending_file("
    " name TEXT PRIMARY KEY,"
    " mode INTEGER NOT NULL,"
    " content BLOB NOT NULL) STRICT;"

    "ALTER TABLE device ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK(moved IN (0,1));"
    "ALTER TABLE device ADD COLUMN fresh_key INTEGER NOT NULL DEFAULT 0"
    " CHECK(fresh_key IN (0,1));"
    "ALTER TABLE device ADD COLUMN restored INTEGER NOT NULL DEFAULT 0"
    " CHECK(restored IN (0,1));"
    "ALTER TABLE slot ADD COLUMN floor INTEGER NOT NULL DEFAULT 0"
    " CHECK(floor BETWEEN 0 AND 254);"

    "DROP TRIGGER grant_is_final;"
    "CREATE TRIGGER grant_is_final BEFORE UPDATE OF"
    " device,epoch,slot,generation,host,g,created ON host_grant"
    " BEGIN SELECT RAISE(ABORT,'a grant never changes'); END;";

const char *const auth_schema_steps[] = { version_1, version_2 };
const int auth_schema_version = (int)(sizeof auth_schema_steps / sizeof auth_schema_steps[0]);
