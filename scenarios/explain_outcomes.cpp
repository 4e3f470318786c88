// What happened to the keys that did not simply become rows, by reason and with examples; and what
// was altered in the rows that did.

#include <algorithm>
#include <array>
#include <map>

#include "core/ports/check.h"
#include "reports/figures.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

struct Meaning {
  std::string_view word;
  std::string_view text;
};

constexpr std::array meanings = {
    // reasons
    Meaning{"key_unknown", "the key has none of the prefixes that are migrated"},
    Meaning{"isbn_missing", "the key ends where the ISBN should be"},
    Meaning{"isbn_malformed", "what follows book:isbn: is no ISBN of 10 or 13 characters"},
    Meaning{"isbn_unknown_prefix",
            "13 digits, but not a book's: they start with neither 978 nor 979"},
    Meaning{"isbn_bad_check_digit",
            "the check digit does not fit: at least one digit of the ISBN is wrong"},
    Meaning{"isbn_mismatch",
            "the value names another ISBN than the key: another edition, or a mix-up"},
    Meaning{"too_large", "it does not fit a D1 row of 2,000,000 bytes"},
    Meaning{"not_utf8", "the value has bytes that are not UTF-8, so it is not JSON"},
    Meaning{"malformed_json", "the value is not JSON"},
    Meaning{"too_deep", "the value nests more than 64 levels deep"},
    Meaning{"not_an_object", "the value is JSON, but not an object"},
    Meaning{"provider_error", "the value is an error that the provider once answered"},
    Meaning{"not_a_book", "the value has none of a book's fields"},
    Meaning{"refused_by_d1", "D1 refused the row; the detail says why"},
    Meaning{"read_failed", "the value could not be read, however often it was tried"},
    Meaning{"zero_bytes", "the value is empty"},
    Meaning{"json_null", "the value is null: a cached answer that nothing was found"},
    Meaning{"no_match", "a cached search without a result"},
    Meaning{"listed_but_absent", "the key was listed, but has no value"},
    Meaning{"expired_before_read", "it expired between the listing and the reading"},
    Meaning{"newer_live_data", "live traffic has written this book since"},
    Meaning{"preferred_key_of_same_isbn",
            "another key of the same ISBN is preferred, and is the row"},
    Meaning{"newer_source_time", "the row holds a newer version of this entry"},
    // outcomes, as alterations
    Meaning{"updated",
            "the row was written before, by an earlier run or a less preferred key of the same "
            "ISBN; this key's record replaced it"},
    // marks
    Meaning{"authors_cleaned", "authors that were no text, or blank, were left out"},
    Meaning{"authors_detailed_invalid", "authorsDetailed was neither list nor object; left out"},
    Meaning{"authors_missing", "the source names no author; the list is empty"},
    Meaning{"authors_not_array", "authors was one text instead of a list, or no text at all"},
    Meaning{"cached_at_invalid", "the time of caching makes no sense; left out"},
    Meaning{"categories_cleaned", "categories that were no text, or blank, were left out"},
    Meaning{"categories_not_array", "categories was one text instead of a list, or no text at all"},
    Meaning{"date_implausible", "the year is not believable; only the source's text is kept"},
    Meaning{"date_not_text",
            "the date was no text: a number is read as the year, an object by the date in it"},
    Meaning{"date_unknown", "the year is 0, which means unknown"},
    Meaning{"date_unparsed", "the date has no known form; only the source's text is kept"},
    Meaning{"description_not_text", "the description was no text; left out"},
    Meaning{"duplicate_keys", "a field stands twice in the value; the last one counts"},
    Meaning{"image_links_not_object", "imageLinks was no object; left out"},
    Meaning{"isbn_unconfirmed", "the search answer does not say which ISBN it is about"},
    Meaning{"isbn_zeros_restored", "the key had lost its leading zeros; they were put back"},
    Meaning{"language_not_text", "the language was no text; left out"},
    Meaning{"page_count_invalid", "the page count makes no sense; left out"},
    Meaning{"page_count_not_number", "the page count was text; read as a number"},
    Meaning{"page_count_unknown", "the page count was 0, which means unknown"},
    Meaning{"publisher_not_text", "the publisher was no text; left out"},
    Meaning{"title_missing", "the source has no title; the column is empty"},
    Meaning{"title_not_text", "the title was not text"},
};

ResultSet read(fakes::D1Service& d1, std::string_view sql, std::vector<SqlValue> params) {
  auto result = d1.connection().run({sql, std::move(params)});
  CUTOVER_CHECK(result.has_value(), "a migrated database has the ledger's tables");
  return std::move(*result);
}

constexpr std::int64_t ledger_page_keys = 1000;

// What there is to say about the next keys behind ?2, in their order: the reason of one that is no
// row, each mark of one that is, and that its record replaced another one in its row.
constexpr std::string_view ledger_page = R"sql(
WITH page AS (
  SELECT key, isbn, outcome, reason, marks FROM MigrationOutcomes
  WHERE run_id = ?1 AND key > ?2
    AND (reason IS NOT NULL OR outcome = 'updated' OR json_array_length(marks) > 0)
  ORDER BY key LIMIT ?3)
SELECT p.key, p.isbn, p.outcome, 'reason', p.reason, e.detail
FROM page AS p LEFT JOIN MigrationErrors AS e ON e.run_id = ?1 AND e.key = p.key
WHERE p.reason IS NOT NULL
UNION ALL
SELECT p.key, p.isbn, p.outcome, 'mark', m.value, NULL FROM page AS p, json_each(p.marks) AS m
UNION ALL
SELECT key, isbn, outcome, 'updated', 'updated', NULL FROM page WHERE outcome = 'updated'
ORDER BY 1, 5)sql";

// The keys that wrote a row whose record was replaced, by its ISBN.
constexpr std::string_view writers_of_replaced_rows = R"sql(
SELECT isbn, key FROM MigrationOutcomes
WHERE run_id = ?1 AND outcome IN ('inserted', 'updated', 'unchanged')
  AND isbn IN (SELECT isbn FROM MigrationOutcomes WHERE run_id = ?1 AND outcome = 'updated')
ORDER BY isbn, key)sql";

using KeysOfIsbn = std::map<std::string, std::vector<std::string>, std::less<>>;

std::string replaced(const KeysOfIsbn& writers, std::string_view key, std::string_view isbn) {
  constexpr std::size_t named_max = 5;
  const auto found = writers.find(isbn);
  if (found == writers.end()) return {};
  std::string named;
  std::size_t others = 0;
  for (const std::string& other : found->second) {
    if (other == key) continue;
    if (++others <= named_max) named += (others > 1 ? ", " : "") + other;
  }
  if (others == 0) return {};
  if (others > named_max) named += " and " + std::to_string(others - named_max) + " more";
  return "the row was written for " + named + " too";
}

// The ISBN where the key, whose last part it may be, does not show it.
std::string hidden_isbn(std::string_view key, std::string_view isbn, std::string_view before) {
  if (isbn.empty() || key.ends_with(isbn)) return {};
  return std::string(before).append(isbn);
}

// Findings by their word and the outcome that it goes with; "" where the word says it all.
class Groups {
 public:
  void add(const std::string& outcome, reports::Finding finding) {
    reports::FindingGroup& group = groups_[{finding.reason, outcome}];
    if (group.count++ == 0) {
      group.reason = outcome.empty() ? finding.reason : outcome + ": " + finding.reason;
      group.meaning = meaning_of_word(finding.reason);
    }
    if (group.examples.size() < reports::findings_examples_max) {
      group.examples.push_back(std::move(finding));
    }
  }

  // The most frequent first, then by word. How many there were of all.
  std::uint64_t append_to(std::vector<reports::FindingGroup>& list) {
    const auto first = static_cast<std::ptrdiff_t>(list.size());
    std::uint64_t count = 0;
    for (auto& [name, group] : groups_) {
      count += group.count;
      list.push_back(std::move(group));
    }
    std::stable_sort(list.begin() + first, list.end(),
                     [](const auto& one, const auto& other) { return one.count > other.count; });
    return count;
  }

 private:
  std::map<std::pair<std::string, std::string>, reports::FindingGroup> groups_;
};

struct Explained {
  Groups reasons;
  Groups marks;
  Groups replacements;  // so that no replaced record stays unnamed
};

// Page by page, so that a ledger of any size is never in memory as a whole.
Explained explain_ledger(const Rehearsal& rehearsal) {
  fakes::D1Service& d1 = rehearsal.world->d1();
  const std::string& run_id = rehearsal.migration->run.run_id;
  KeysOfIsbn writers;
  for (const SqlRow& row : read(d1, writers_of_replaced_rows, {run_id}).rows) {
    writers[std::string(as_text(row[0]))].emplace_back(as_text(row[1]));
  }
  Explained explained;
  std::string last_key;
  while (true) {
    const ResultSet page = read(d1, ledger_page, {run_id, last_key, ledger_page_keys});
    if (page.rows.empty()) return explained;
    for (const SqlRow& row : page.rows) {
      const std::string key(as_text(row[0]));
      const std::string outcome(as_text(row[2]));
      const std::string_view isbn = as_text(row[1]);
      const std::string_view kind = as_text(row[3]);
      reports::Finding finding{key, std::string(as_text(row[4])), std::string(as_text(row[5]))};
      if (kind == "updated") finding.detail = replaced(writers, key, isbn);
      if (finding.detail.empty()) {
        finding.detail = hidden_isbn(key, isbn, kind == "reason" ? "ISBN " : "is now ISBN ");
      }
      rehearsal.list({key, outcome, finding.reason, finding.detail});
      if (kind == "reason") {
        explained.reasons.add(outcome, std::move(finding));
      } else {
        (kind == "mark" ? explained.marks : explained.replacements).add("", std::move(finding));
      }
      last_key = key;
    }
  }
}

}  // namespace

std::string_view meaning_of_word(std::string_view word) {
  for (const Meaning& meaning : meanings) {
    if (meaning.word == word) return meaning.text;
  }
  return {};
}

void explain_outcomes(Rehearsal& rehearsal) {
  if (!rehearsal.migration) return;
  StepRecord step(rehearsal, "explain every outcome");
  reports::Report& report = rehearsal.report;
  Explained said = explain_ledger(rehearsal);
  const std::size_t before = report.rejections.size();
  const std::uint64_t explained = said.reasons.append_to(report.rejections);
  said.marks.append_to(report.alterations);
  const std::size_t kinds = report.alterations.size();
  said.replacements.append_to(report.alterations);

  // Every key that is no row has a reason, every reason has a meaning, and the rejected ones stand
  // in the table of errors.
  std::string unknown;
  for (std::size_t i = before; i < report.rejections.size(); ++i) {
    if (report.rejections[i].meaning.empty()) unknown += " " + report.rejections[i].reason;
  }
  for (const auto& group : report.alterations) {
    if (group.meaning.empty()) unknown += " " + group.reason;
  }
  const ResultSet counts = read(rehearsal.world->d1(), R"sql(
      SELECT (SELECT count(*) FROM MigrationOutcomes
              WHERE run_id = ?1 AND outcome NOT IN ('inserted', 'updated', 'unchanged')),
             (SELECT count(*) FROM MigrationOutcomes
              WHERE run_id = ?1 AND outcome IN ('rejected', 'failed')),
             (SELECT count(*) FROM MigrationErrors WHERE run_id = ?1))sql",
                                {rehearsal.migration->run.run_id});
  const std::int64_t without_row = as_int(counts.rows[0][0]);
  const std::int64_t bad = as_int(counts.rows[0][1]);
  const std::int64_t logged = as_int(counts.rows[0][2]);
  rehearsal.show("R2.6", bad == logged,
                 reports::counted(static_cast<std::uint64_t>(bad), "rejected or failed key") +
                     ", " + reports::counted(static_cast<std::uint64_t>(logged), "row") +
                     " in MigrationErrors",
                 step.name());
  const bool all =
      static_cast<std::int64_t>(explained) == without_row && unknown.empty() && bad == logged;
  step.end(all, reports::counted(static_cast<std::uint64_t>(without_row), "key") +
                    " without a row of their own, " +
                    with_commas(static_cast<std::int64_t>(explained)) + " of them with a reason; " +
                    reports::counted(kinds, "kind") + " of alteration" +
                    (unknown.empty() ? "" : "; without a meaning:" + unknown));
}

}  // namespace cutover::scenarios
