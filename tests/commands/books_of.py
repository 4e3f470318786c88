#!/usr/bin/env python3
"""Prints the Books of a D1 file without what differs from run to run: one line a row."""
import sqlite3
import sys

RUN_BOUND = {"created_at", "updated_at", "written_by"}
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
columns = [row[1] for row in database.execute("PRAGMA table_info(Books)") if row[1] not in RUN_BOUND]
print(columns)
for row in database.execute(f"SELECT {', '.join(columns)} FROM Books ORDER BY isbn"):
    print(repr(row))
