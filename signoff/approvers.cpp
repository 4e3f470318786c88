#include "signoff/approvers.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "reports/text.h"
#include "signoff/plain_text.h"

namespace cutover::signoff {
namespace {

constexpr std::size_t approvers_max = 1000;

// Reads one file; keeps the first thing that is wrong.
class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Approvers read(const toml::table& table) {
    Approvers approvers;
    for (const auto& [key, value] : table) {
      if (key.str() == "people_min") {
        approvers.people_min = number(value);
      } else if (key.str() == "approver" && value.is_array_of_tables()) {
        for (const auto& entry : *value.as_array()) add(*entry.as_table(), approvers.list);
      } else {
        fail(key.source(), std::string(key.str()),
             "only people_min and [[approver]] belong into this file");
      }
    }
    if (approvers.list.empty()) fail({}, "approver", "there is no [[approver]] in this file");
    return approvers;
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  std::size_t number(const toml::node& value) {
    const auto people = value.value_exact<std::int64_t>();
    if (people && *people >= 1 && *people <= static_cast<std::int64_t>(roles.size())) {
      return static_cast<std::size_t>(*people);
    }
    fail(value.source(), "people_min", "must be a number from 1 to 5");
    return roles.size();
  }

  void add(const toml::table& table, std::vector<Approver>& list) {
    Approver approver;
    for (const auto& [key, value] : table) {
      const std::string name(key.str());
      const auto text = value.value_exact<std::string>();
      const std::string wrong = !text ? "must be a text" : take(name, *text, approver);
      if (!wrong.empty()) fail(key.source(), name, wrong);
    }
    for (const char* name : {"role", "person", "public_key"}) {
      if (!table.contains(name)) fail(table.source(), name, "is missing");
    }
    for (const Approver& other : list) {
      if (other == approver) fail(table.source(), "approver", "stands in the file twice");
      if ((other.person == approver.person) != (other.public_key == approver.public_key)) {
        fail(table.source(), "public_key",
             "a person has one key, and a key one person; another entry of " +
                 reports::visible(other.person) + " says otherwise");
      }
    }
    if (list.size() >= approvers_max) return fail(table.source(), "approver", "too many");
    list.push_back(std::move(approver));
  }

  // Empty: taken.
  static std::string take(const std::string& name, const std::string& text, Approver& approver) {
    if (name == "role") {
      approver.role = text;
      return role_named(text) == nullptr ? roles_there_are() : "";
    }
    if (name == "person") {
      approver.person = text;
      return what_is_wrong(text, 1, person_bytes_max);
    }
    if (name == "public_key") {
      const auto key = public_key_from(text);
      if (!key) return key.error();
      approver.public_key = *key;
      return "";
    }
    return "only role, person and public_key belong into [[approver]]";
  }

  void fail(const toml::source_region& where, const std::string& name, const std::string& why) {
    if (!error_.empty()) return;
    const auto line = where.begin.line;
    error_ = file_ + (line > 0 ? ":" + std::to_string(line) : "") + ": " +
             reports::clipped(reports::visible(name), 40) + ": " + why;
  }

  const std::string& file_;
  std::string error_;
};

}  // namespace

tl::expected<Approvers, std::string> approvers_from_toml(std::string_view text,
                                                         const std::string& file) {
  if (text.size() > approvers_bytes_max) {
    return tl::unexpected(file + ": is too large to be a file of approvers");
  }
  try {
    Reader reader(file);
    Approvers approvers = reader.read(toml::parse(text, file));
    if (!reader.error().empty()) return tl::unexpected(reader.error());
    return approvers;
  } catch (const toml::parse_error& error) {
    return tl::unexpected(file + ":" + std::to_string(error.source().begin.line) +
                          ": is not TOML: " + std::string(error.description()));
  }
}

std::string to_toml(const Approver& approver) {
  std::ostringstream person;
  person << toml::value<std::string>(approver.person);
  return "[[approver]]\nrole = \"" + approver.role + "\"\nperson = " + person.str() +
         "\npublic_key = \"" + base64_of(approver.public_key) + "\"\n";
}

}  // namespace cutover::signoff
