// Snapshot: the whole state of a world in one file, so that a restart finds it.
//
// Kept are namespaces with their entries, databases, what the provider knows, and the date. What a
// restart forgets: what locations remember, tombstones, bookmarks, jobs, faults, history. The file
// is an SQLite database, written beside and renamed into place: it is the old state or the new one,
// never a part.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "core/ports/kv_store.h"
#include "fakes/cloudflare/cloud.h"

namespace cutover::simulate {

struct Snapshot {
  struct Namespace {
    std::string title;
    std::vector<KvRecord> entries;
  };
  struct Database {
    std::string name;
    UnixTime created;
    std::string image;
  };
  std::uint64_t seed = 0;
  std::uint64_t ids_given = 0;
  UnixTime wall;
  std::map<std::string, Namespace> namespaces;  // by id
  std::map<std::string, Database> databases;    // by id
  std::map<std::string, std::string> books;     // by ISBN-13
};

[[nodiscard]] Snapshot take_snapshot(Cloud& cloud);

// A world that goes on from there, not before `earliest`.
[[nodiscard]] std::unique_ptr<Cloud> cloud_of(Snapshot snapshot, UnixTime earliest);

// The error names the file and says what to do. A file that is damaged, or is none of ours, is one.
[[nodiscard]] tl::expected<void, std::string> write_snapshot(const std::string& path,
                                                             const Snapshot& snapshot);
[[nodiscard]] tl::expected<Snapshot, std::string> read_snapshot(const std::string& path);

}  // namespace cutover::simulate
