#include "fakes/cloudflare/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "adapters/sqlite/connection.h"
#include "fakes/cloudflare/control_handlers.h"

namespace cutover::simulate {
namespace {

constexpr std::int64_t format = 1;

constexpr std::string_view schema[] = {
    "CREATE TABLE world (format INTEGER, seed TEXT, ids_given TEXT, wall_micros INTEGER)",
    "CREATE TABLE namespaces (id TEXT PRIMARY KEY, title TEXT)",
    "CREATE TABLE entries (namespace TEXT, key BLOB, value BLOB, expiration INTEGER, "
    "metadata TEXT, PRIMARY KEY (namespace, key)) WITHOUT ROWID",
    "CREATE TABLE databases (id TEXT PRIMARY KEY, name TEXT, created_micros INTEGER, hash TEXT, "
    "image BLOB)",
    "CREATE TABLE books (isbn TEXT PRIMARY KEY, book TEXT)",
};

std::string hash_text(const std::string& bytes) {
  return std::to_string(sim::hash_of(bytes));
}

// Runs statements until one fails, and keeps its words.
class Writer {
 public:
  explicit Writer(sqlite::Connection& connection) : connection_(connection) {}
  void run(std::string_view sql, std::vector<SqlValue> params = {}) {
    if (!error_.empty()) return;
    auto result = connection_.run({sql, std::move(params)});
    if (!result) error_ = result.error().message;
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  sqlite::Connection& connection_;
  std::string error_;
};

void write_all(Writer& writer, const Snapshot& snapshot) {
  writer.run("PRAGMA synchronous = FULL");
  writer.run("BEGIN");
  for (const std::string_view table : schema) writer.run(table);
  writer.run("INSERT INTO world VALUES (?1, ?2, ?3, ?4)",
             {format, std::to_string(static_cast<std::int64_t>(snapshot.seed)),
              std::to_string(snapshot.ids_given), snapshot.wall.micros});
  for (const auto& [id, place] : snapshot.namespaces) {
    writer.run("INSERT INTO namespaces VALUES (?1, ?2)", {id, place.title});
    for (const KvRecord& entry : place.entries) {
      SqlValue expiration;
      if (entry.expiration) expiration = *entry.expiration;
      writer.run("INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5)",
                 {id, Blob{entry.key}, Blob{entry.value}, expiration, entry.metadata});
    }
  }
  for (const auto& [id, database] : snapshot.databases) {
    writer.run("INSERT INTO databases VALUES (?1, ?2, ?3, ?4, ?5)",
               {id, database.name, database.created.micros, hash_text(database.image),
                Blob{database.image}});
  }
  for (const auto& [isbn, book] : snapshot.books) {
    writer.run("INSERT INTO books VALUES (?1, ?2)", {isbn, book});
  }
  writer.run("COMMIT");
}

void sync_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int file =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

std::string bytes_of(const SqlValue& value) {
  const auto* blob = std::get_if<Blob>(&value);
  return blob == nullptr ? std::string() : blob->bytes;
}

std::string text_of_value(const SqlValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

std::int64_t number_of(const SqlValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

using Rows = tl::expected<std::vector<SqlRow>, std::string>;

Rows rows_of(sqlite::Connection& connection, std::string_view sql) {
  auto result = connection.run({sql, {}});
  if (!result) return tl::unexpected(result.error().message);
  return std::move(result->rows);
}

// Empty: all is well. Else what is wrong.
std::string read_world(sqlite::Connection& connection, Snapshot& snapshot) {
  const Rows world = rows_of(connection, "SELECT format, seed, ids_given, wall_micros FROM world");
  if (!world) return world.error();
  if (world->size() != 1 || number_of((*world)[0][0]) != format) return "of another version";
  const auto seed = whole_number(text_of_value((*world)[0][1]));
  const auto ids = whole_number(text_of_value((*world)[0][2]));
  if (!seed || !ids || *ids < 0) return "damaged";
  snapshot.seed = static_cast<std::uint64_t>(*seed);
  snapshot.ids_given = static_cast<std::uint64_t>(*ids);
  snapshot.wall = UnixTime{number_of((*world)[0][3])};
  return {};
}

std::string read_services(sqlite::Connection& connection, Snapshot& snapshot) {
  const Rows places = rows_of(connection, "SELECT id, title FROM namespaces");
  if (!places) return places.error();
  for (const SqlRow& row : *places) {
    snapshot.namespaces[text_of_value(row[0])].title = text_of_value(row[1]);
  }
  const Rows entries =
      rows_of(connection, "SELECT namespace, key, value, expiration, metadata FROM entries");
  if (!entries) return entries.error();
  for (const SqlRow& row : *entries) {
    KvRecord record{bytes_of(row[1]), bytes_of(row[2]), {}, text_of_value(row[4])};
    if (!is_null(row[3])) record.expiration = number_of(row[3]);
    snapshot.namespaces[text_of_value(row[0])].entries.push_back(std::move(record));
  }
  const Rows databases =
      rows_of(connection, "SELECT id, name, created_micros, hash, image FROM databases");
  if (!databases) return databases.error();
  for (const SqlRow& row : *databases) {
    std::string image = bytes_of(row[4]);
    if (hash_text(image) != text_of_value(row[3])) return "damaged";
    snapshot.databases[text_of_value(row[0])] = {text_of_value(row[1]), UnixTime{number_of(row[2])},
                                                 std::move(image)};
  }
  const Rows books = rows_of(connection, "SELECT isbn, book FROM books");
  if (!books) return books.error();
  for (const SqlRow& row : *books) {
    if (!parse_object(text_of_value(row[1]))) return "damaged";
    snapshot.books[text_of_value(row[0])] = text_of_value(row[1]);
  }
  return {};
}

}  // namespace

Snapshot take_snapshot(Cloud& cloud) {
  Snapshot snapshot;
  snapshot.seed = cloud.options().seed;
  snapshot.ids_given = cloud.ids_given();
  snapshot.wall = cloud.wall();
  for (const auto& [id, place] : cloud.namespaces) {
    snapshot.namespaces[id] = {place.title, place.service->entries()};
  }
  for (const auto& [id, database] : cloud.databases) {
    snapshot.databases[id] = {database.name, database.created, database.service->image()};
  }
  snapshot.books = cloud.books;
  return snapshot;
}

std::unique_ptr<Cloud> cloud_of(Snapshot snapshot, UnixTime earliest) {
  Cloud::Options options;
  options.seed = snapshot.seed;
  options.start = std::max(snapshot.wall, earliest);
  auto cloud = std::make_unique<Cloud>(options);
  cloud->set_ids_given(snapshot.ids_given);
  for (auto& [id, place] : snapshot.namespaces) {
    cloud->open_namespace(id, place.title).service->restore(place.entries);
  }
  for (const auto& [id, database] : snapshot.databases) {
    cloud->open_database(id, database.name, database.created).service->restore(database.image);
  }
  for (const auto& [isbn, book] : snapshot.books) teach_book(*cloud, isbn, *parse_json(book));
  return cloud;
}

tl::expected<void, std::string> write_snapshot(const std::string& path, const Snapshot& snapshot) {
  const std::string fresh = path + ".new";
  const auto failed = [&](const std::string& why) {
    std::remove(fresh.c_str());
    return tl::unexpected(path + ": the state cannot be saved: " + why +
                          "; is there room, and may this user write there?");
  };
  std::remove(fresh.c_str());
  std::remove((fresh + "-journal").c_str());
  sqlite::Connection::Options options;
  options.path = fresh;
  {
    auto connection = sqlite::Connection::open(options);
    if (!connection) return failed(connection.error().message);
    Writer writer(**connection);
    write_all(writer, snapshot);
    if (!writer.error().empty()) return failed(writer.error());
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return failed(std::strerror(errno));
  sync_folder(path);
  return {};
}

tl::expected<Snapshot, std::string> read_snapshot(const std::string& path) {
  const auto failed = [&](const std::string& why) {
    return tl::unexpected(path + ": this is no state of cutover simulate (" + why +
                          "); remove the file to begin anew, or give another --state folder");
  };
  sqlite::Connection::Options options;
  options.path = path;
  options.read_only = true;
  auto connection = sqlite::Connection::open(options);
  if (!connection) return failed(connection.error().message);
  Snapshot snapshot;
  if (std::string wrong = read_world(**connection, snapshot); !wrong.empty()) return failed(wrong);
  if (std::string wrong = read_services(**connection, snapshot); !wrong.empty()) {
    return failed(wrong);
  }
  return snapshot;
}

}  // namespace cutover::simulate
