#include "golive/metrics_text.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

namespace cutover::golive {
namespace {

constexpr std::string_view ours = "bookstrack_";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// One line, from its start; every read takes what it read off the front.
class Line {
 public:
  explicit Line(std::string_view rest) : rest_(rest) {}

  // Nothing: it is no sample.
  std::optional<Sample> sample() {
    Sample sample;
    sample.name = name();
    if (sample.name.empty() || !labels(sample.labels) || !blanks()) return std::nullopt;
    const auto value = number();
    if (!value) return std::nullopt;
    sample.value = *value;
    // A timestamp may follow; nobody here needs it.
    if (blanks() && !rest_.empty() && !number()) return std::nullopt;
    blanks();
    if (!rest_.empty()) return std::nullopt;
    return sample;
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool blanks() {
    const std::size_t before = rest_.size();
    while (take(' ') || take('\t')) {
    }
    return rest_.size() < before;
  }

  std::string name() {
    std::size_t length = 0;
    while (length < rest_.size() &&
           (is_letter(rest_[length]) || (length > 0 && is_digit(rest_[length])))) {
      ++length;
    }
    const std::string found(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return found;
  }

  // `{a="x",b="y"}`, or nothing at all.
  bool labels(Labels& labels) {
    if (!take('{')) return true;
    while (!take('}')) {
      blanks();
      const std::string label = name();
      std::string value;
      if (label.empty() || !take('=') || !quoted(value)) return false;
      if (!labels.emplace(label, std::move(value)).second) return false;
      if (!take(',') && (rest_.empty() || rest_.front() != '}')) return false;
    }
    return true;
  }

  bool quoted(std::string& value) {
    if (!take('"')) return false;
    while (!rest_.empty() && !take('"')) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\\') {
        if (rest_.empty()) return false;
        c = rest_.front() == 'n' ? '\n' : rest_.front();
        rest_.remove_prefix(1);
      }
      value += c;
      if (rest_.empty()) return false;
    }
    return true;
  }

  std::optional<double> number() {
    const std::string_view text = rest_.substr(0, rest_.find_first_of(" \t"));
    rest_.remove_prefix(text.size());
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  }

  std::string_view rest_;
};

}  // namespace

tl::expected<std::vector<Sample>, std::string> samples_from(std::string_view text) {
  if (text.size() > metrics_bytes_max) return tl::unexpected(std::string("more than 16 MiB"));
  std::vector<Sample> samples;
  std::set<std::pair<std::string, Labels>> seen;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const auto wrong = [&](const char* what) {
      return tl::unexpected("line " + std::to_string(number) + ": " + what);
    };
    auto sample = Line(line).sample();
    if (!sample) return wrong("is no sample of Prometheus text");
    if (!sample->name.starts_with(ours)) continue;
    if (!std::isfinite(sample->value) || sample->value < 0) return wrong("is not 0 or more");
    if (!seen.emplace(sample->name, sample->labels).second) return wrong("stands there twice");
    if (samples.size() >= samples_max) return wrong("more samples than can be");
    samples.push_back(std::move(*sample));
  }
  if (samples.empty()) {
    return tl::unexpected(std::string(
        "holds no metric bookstrack_...; is it what the metrics route of the system gives?"));
  }
  return samples;
}

}  // namespace cutover::golive
