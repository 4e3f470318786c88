// ProviderService: a simulated book provider with Google Books' answers, oddities and troubles.
//
// Its operation is a pure effect at the present virtual time: it never switches and spends no time.
// Latency and kills belong to sim/gate.h, the port to ProviderClient. What goes wrong is scripted:
// the next calls, or a span of time. Shapes and texts: reference facts D1 to D3.
// One world, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/book_provider.h"
#include "fakes/provider/provider_trouble.h"
#include "fakes/sim/scheduler.h"

namespace cutover::fakes {

class ProviderService {
 public:
  struct Options {
    Duration latency = std::chrono::milliseconds(200);  // of a whole call
    Duration timeout = std::chrono::seconds(5);         // of a call that times out
    std::optional<std::int64_t> daily_quota;            // answers a day (UTC); none: unlimited
    Duration quota_retry_after{0};                      // what it says; zero: until the day ends
  };

  ProviderService(sim::Scheduler& scheduler, const Options& options);
  ProviderService(const ProviderService&) = delete;
  ProviderService& operator=(const ProviderService&) = delete;

  // ---- What it knows ----
  // A search answer with one volume: this bare book (a JSON object), named by its ISBN.
  void put_book(const std::string& isbn13, std::string_view book);
  // The same, but the volume says that it is another book, or says nothing of what it is.
  void put_other_edition(const std::string& isbn13, std::string_view named, std::string_view book);
  void put_unidentified(const std::string& isbn13, std::string_view book);
  // These bytes, whatever they are.
  void put_answer(const std::string& isbn13, std::string answer);
  void remove(const std::string& isbn13);

  // ---- What goes wrong ----
  // The next `count` calls, of this ISBN or (when it is empty) of any.
  void fail_next(std::int64_t count, ProviderTrouble trouble, const std::string& isbn13 = "");
  // Calls that reach it from one moment to another, in the world's time, of this ISBN or of any: a
  // book that is temporarily not found is one of these.
  void fail_between(Duration from, Duration until, ProviderTrouble trouble,
                    const std::string& isbn13 = "");
  void heal();  // nothing scripted goes wrong any more

  // ---- The effect ----
  Outcome<std::optional<std::string>> find(std::string_view isbn13);
  // How long a call takes that is made now.
  [[nodiscard]] Duration latency_of(std::string_view isbn13) const;

  // Calls that reached it, failed ones included.
  [[nodiscard]] std::int64_t calls() const { return calls_; }
  [[nodiscard]] std::int64_t calls_of(std::string_view isbn13) const;
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  struct NextCalls {
    std::int64_t left = 0;
    ProviderTrouble trouble{};
    std::string isbn13;
  };
  struct Span {
    Duration from{0};
    Duration until{0};
    ProviderTrouble trouble{};
    std::string isbn13;
  };

  [[nodiscard]] std::optional<ProviderTrouble> trouble_of(std::string_view isbn13) const;
  void use_up(std::string_view isbn13);
  [[nodiscard]] Duration quota_wait() const;
  [[nodiscard]] std::int64_t today() const;

  sim::Scheduler& scheduler_;
  const Options options_;
  std::map<std::string, std::string, std::less<>> answers_;
  std::map<std::string, std::int64_t, std::less<>> calls_of_;
  std::vector<NextCalls> next_calls_;
  std::vector<Span> spans_;
  std::int64_t calls_ = 0;
  std::int64_t day_ = 0;  // of `answered_`
  std::int64_t answered_ = 0;
};

}  // namespace cutover::fakes
