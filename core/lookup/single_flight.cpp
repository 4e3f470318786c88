#include "core/lookup/single_flight.h"

#include <algorithm>
#include <mutex>
#include <variant>

namespace cutover::lookup {
namespace {

constexpr Duration pause_min = std::chrono::milliseconds(1);
constexpr Duration pause_max = std::chrono::milliseconds(50);

Answer gave_up(FailureKind kind, std::string_view why) {
  Failure failure;
  failure.service = Service::provider;
  failure.operation = "find";
  failure.kind = kind;
  failure.retryable = true;
  failure.effect = Effect::not_applied;
  failure.message = why;
  return Unavailable{std::move(failure), Duration{0}};
}

std::size_t bytes_of(const Answer& answer) {
  const auto* found = std::get_if<Found>(&answer);
  return found == nullptr ? 0 : found->book.size();
}

}  // namespace

// Lands the flight in any case: when the leading task is ended before it has an answer, those who
// wait for it must learn that.
class SingleFlight::Lead {
 public:
  Lead(SingleFlight& flights, std::string_view isbn, FlightPtr flight)
      : flights_(flights), isbn_(isbn), flight_(std::move(flight)) {}
  Lead(const Lead&) = delete;
  Lead& operator=(const Lead&) = delete;
  ~Lead() {
    if (flight_ == nullptr) return;
    flights_.land(isbn_, flight_,
                  {gave_up(FailureKind::unavailable, "the reader who asked was stopped"), {}});
  }
  void land(Landed landed) {
    flights_.land(isbn_, std::exchange(flight_, nullptr), std::move(landed));
  }

 private:
  SingleFlight& flights_;
  std::string_view isbn_;
  FlightPtr flight_;
};

SingleFlight::SingleFlight(Runtime& runtime, const Limits& limits)
    : runtime_(runtime), limits_(limits), mutex_(runtime.mutex()) {}

SingleFlight::Result SingleFlight::run(std::string_view isbn, Duration deadline,
                                       const std::function<Landed()>& work) {
  FlightPtr flight;
  bool leads = false;
  {
    const std::lock_guard<Mutex> lock(*mutex_);
    drop_ended();
    if (const auto found = flights_.find(isbn); found != flights_.end()) {
      flight = found->second;
    } else {
      leads = true;
      flight = std::make_shared<Flight>();
      flights_.emplace(isbn, flight);
    }
  }
  if (!leads) return {follow(flight, deadline), true};
  Lead lead(*this, isbn, flight);
  Landed landed = work();
  Answer answer = landed.answer;
  lead.land(std::move(landed));
  return {std::move(answer), false};
}

void SingleFlight::settle(std::string_view isbn) {
  const std::lock_guard<Mutex> lock(*mutex_);
  const auto found = flights_.find(isbn);
  if (found == flights_.end() || !found->second->answer) return;
  Flight& flight = *found->second;
  by_end_.erase({flight.keep_until, found->first});
  flight.keep_until = std::min(flight.keep_until, runtime_.now() + limits_.settled);
  by_end_.emplace(flight.keep_until, found->first);
}

void SingleFlight::forget(std::string_view isbn) {
  const std::lock_guard<Mutex> lock(*mutex_);
  if (const auto found = flights_.find(isbn); found != flights_.end()) drop(found);
}

Answer SingleFlight::follow(const FlightPtr& flight, Duration deadline) {
  const Duration started = runtime_.now();
  for (;;) {
    {
      const std::lock_guard<Mutex> lock(*mutex_);
      if (flight->answer) return *flight->answer;
    }
    const Duration now = runtime_.now();
    if (now >= deadline) {
      return gave_up(FailureKind::timeout,
                     "another reader asks for this book and has no answer yet");
    }
    const Duration pause = std::clamp((now - started) / 8, pause_min, pause_max);
    runtime_.sleep(std::min(pause, deadline - now));
  }
}

void SingleFlight::land(std::string_view isbn, const FlightPtr& flight, Landed landed) {
  const std::lock_guard<Mutex> lock(*mutex_);
  flight->bytes = bytes_of(landed.answer);
  flight->answer = std::move(landed.answer);
  flight->keep_until = runtime_.now() + landed.keep;
  const auto found = flights_.find(isbn);
  if (found == flights_.end() || found->second != flight) return;  // forgotten meanwhile
  kept_bytes_ += flight->bytes;
  by_end_.emplace(flight->keep_until, found->first);
  while (by_end_.size() > limits_.kept_max || kept_bytes_ > limits_.kept_bytes_max) {
    drop(flights_.find(by_end_.begin()->second));
  }
}

void SingleFlight::drop(Flights::iterator place) {
  const Flight& flight = *place->second;
  if (flight.answer) {
    kept_bytes_ -= flight.bytes;
    by_end_.erase({flight.keep_until, place->first});
  }
  flights_.erase(place);
}

void SingleFlight::drop_ended() {
  const Duration now = runtime_.now();
  while (!by_end_.empty() && by_end_.begin()->first <= now) {
    drop(flights_.find(by_end_.begin()->second));
  }
}

}  // namespace cutover::lookup
