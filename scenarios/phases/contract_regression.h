// Contract regression: the same requests at every phase, flag on and off, must get answers of the
// same shape (R4.5, risk "API contract changes").
//
// A shape is the status, the content type, the names of the headers, and the body with each value
// replaced by its kind: {"title":string,"pageCount":number}. The probes undo what they write, so
// that they find the same books and shelves each time. The first look is what later ones are held
// against; the test suite holds the same answers against openapi.yaml.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/live/operator.h"

namespace cutover::scenarios {

// The shape of an answer, as one line of text.
[[nodiscard]] std::string shape_of(const api::HttpResponse& answer);

struct ShapeRow {
  std::string when;   // "d1_reads 25 %, flag on"
  std::string probe;  // "GET /v1/search/isbn of a known book"
  std::string expected;
  std::string seen;
  [[nodiscard]] bool same() const { return expected == seen; }
};

// Which probes: the previous version has no library.
enum class Probes : std::uint8_t { all, search };

class ContractRegression {
 public:
  // `known`: the ISBN of a book that every look finds in KV.
  explicit ContractRegression(std::string known) : known_(std::move(known)) {}

  // Sends every probe. Switches.
  void look(Operator& person, const std::string& when, Probes probes = Probes::all);

  // Every probe of every look but the first.
  [[nodiscard]] const std::vector<ShapeRow>& rows() const { return rows_; }
  [[nodiscard]] std::vector<ShapeRow> changed() const;

  struct Exchange {
    api::HttpRequest request;
    api::HttpResponse answer;
  };
  // All that was sent, for a validator.
  [[nodiscard]] const std::vector<Exchange>& exchanges() const { return exchanges_; }

 private:
  std::string known_;
  std::map<std::string, std::string> expected_;  // by probe
  std::vector<ShapeRow> rows_;
  std::vector<Exchange> exchanges_;
};

}  // namespace cutover::scenarios
