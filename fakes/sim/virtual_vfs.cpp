#include "fakes/sim/virtual_vfs.h"

#include <sqlite3.h>

#include <cstdio>
#include <utility>

#include "core/ports/check.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::sim {
namespace {

// SQLite counts days from noon, 24 November 4714 BC (Gregorian); this is 1970 on that scale.
constexpr sqlite3_int64 kUnixEpochJulianMillis = 210'866'760'000'000;
constexpr double kMillisPerDay = 86'400'000.0;

}  // namespace

struct VirtualTimeVfs::State {
  State(std::function<UnixTime()> clock, const RandomStream& stream)
      : wall(std::move(clock)), random(stream) {}

  static State& of(sqlite3_vfs* vfs) { return *static_cast<State*>(vfs->pAppData); }
  static sqlite3_vfs* base_of(sqlite3_vfs* vfs) { return of(vfs).base; }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
    return base_of(vfs)->xOpen(base_of(vfs), path, file, flags, out);
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync) {
    return base_of(vfs)->xDelete(base_of(vfs), path, sync);
  }
  static int access(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
    return base_of(vfs)->xAccess(base_of(vfs), path, flags, out);
  }
  static int full_path(sqlite3_vfs* vfs, const char* path, int bytes, char* out) {
    return base_of(vfs)->xFullPathname(base_of(vfs), path, bytes, out);
  }
  static int last_error(sqlite3_vfs* vfs, int bytes, char* out) {
    return base_of(vfs)->xGetLastError(base_of(vfs), bytes, out);
  }
  // A simulated world loads no code.
  static void* refuse_library(sqlite3_vfs*, const char*) { return nullptr; }
  static void library_error(sqlite3_vfs*, int bytes, char* out) {
    sqlite3_snprintf(bytes, out, "extensions are not available in a simulation");
  }
  static int randomness(sqlite3_vfs* vfs, int bytes, char* out) {
    RandomStream& stream = of(vfs).random;
    for (int i = 0; i < bytes; ++i) out[i] = static_cast<char>(stream.below(256));
    return bytes;
  }
  static int sleep(sqlite3_vfs*, int micros) { return micros; }
  static int time_int64(sqlite3_vfs* vfs, sqlite3_int64* out) {
    *out = kUnixEpochJulianMillis + of(vfs).wall().millis();
    return SQLITE_OK;
  }
  static int time(sqlite3_vfs* vfs, double* out) {
    sqlite3_int64 millis = 0;
    time_int64(vfs, &millis);
    *out = static_cast<double>(millis) / kMillisPerDay;
    return SQLITE_OK;
  }

  std::function<UnixTime()> wall;
  RandomStream random;
  sqlite3_vfs* base = nullptr;
  sqlite3_vfs vfs{};
};

VirtualTimeVfs::VirtualTimeVfs(std::function<UnixTime()> wall, const RandomStream& random)
    : state_(std::make_unique<State>(std::move(wall), random)) {
  const Quiet quiet;
  // Unique as long as this object lives, which is as long as the name is registered.
  char name[48];
  std::snprintf(name, sizeof name, "virtual-time-%p", static_cast<void*>(state_.get()));
  name_ = name;
  CUTOVER_CHECK(sqlite3_initialize() == SQLITE_OK, "SQLite does not start");
  state_->base = sqlite3_vfs_find(nullptr);
  CUTOVER_CHECK(state_->base != nullptr, "SQLite has no default VFS");
  sqlite3_vfs& vfs = state_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = state_->base->szOsFile;
  vfs.mxPathname = state_->base->mxPathname;
  vfs.zName = name_.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = &State::open;
  vfs.xDelete = &State::remove;
  vfs.xAccess = &State::access;
  vfs.xFullPathname = &State::full_path;
  vfs.xDlOpen = &State::refuse_library;
  vfs.xDlError = &State::library_error;
  vfs.xRandomness = &State::randomness;
  vfs.xSleep = &State::sleep;
  vfs.xCurrentTime = &State::time;
  vfs.xGetLastError = &State::last_error;
  vfs.xCurrentTimeInt64 = &State::time_int64;
  const int registered = sqlite3_vfs_register(&vfs, 0);
  CUTOVER_CHECK(registered == SQLITE_OK, "SQLite refuses the VFS");
}

VirtualTimeVfs::VirtualTimeVfs(Scheduler& scheduler)
    : VirtualTimeVfs([&scheduler] { return scheduler.wall(); }, scheduler.random("sqlite")) {}

VirtualTimeVfs::~VirtualTimeVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
}

}  // namespace cutover::sim
