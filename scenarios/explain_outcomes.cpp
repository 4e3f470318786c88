// What happened to the keys that did not simply become rows, by reason and with examples; and what
// was altered in the rows that did.

#include <array>

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

// What one asks of an example: the detail that was recorded, or the ISBN where the key, whose last
// part it may be, does not show it.
std::string detail_of(const SqlRow& example, std::string_view before_isbn) {
  const std::string_view key = as_text(example[0]);
  const std::string_view detail = as_text(example[1]);
  const std::string_view isbn = as_text(example[2]);
  if (!detail.empty()) return std::string(detail);
  if (isbn.empty() || key.ends_with(isbn)) return {};
  return std::string(before_isbn).append(isbn);
}

// Groups with their counts, then a few examples for each: key, detail, ISBN.
void explain(fakes::D1Service& d1, const std::string& run_id, std::string_view groups_sql,
             std::string_view examples_sql, std::string_view before_isbn,
             std::vector<reports::FindingGroup>& groups) {
  for (const SqlRow& row : read(d1, groups_sql, {run_id}).rows) {
    reports::FindingGroup group;
    const std::string word(as_text(row[0]));
    const std::string outcome(as_text(row[2]));
    group.reason = outcome.empty() ? word : outcome + ": " + word;
    group.count = static_cast<std::uint64_t>(as_int(row[1]));
    group.meaning = meaning_of_word(word);
    for (const SqlRow& example :
         read(d1, examples_sql,
              {run_id, word, static_cast<std::int64_t>(reports::findings_examples_max)})
             .rows) {
      group.examples.push_back(
          {std::string(as_text(example[0])), word, detail_of(example, before_isbn)});
    }
    groups.push_back(std::move(group));
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
  fakes::D1Service& d1 = rehearsal.world->d1();
  const std::string& run_id = rehearsal.migration->run.run_id;
  reports::Report& report = rehearsal.report;
  const std::size_t before = report.rejections.size();
  explain(d1, run_id, R"sql(
            SELECT reason, count(*), outcome FROM MigrationOutcomes
            WHERE run_id = ?1 AND reason IS NOT NULL GROUP BY outcome, reason
            ORDER BY count(*) DESC, reason)sql",
          R"sql(
            SELECT o.key, e.detail, o.isbn FROM MigrationOutcomes AS o
            LEFT JOIN MigrationErrors AS e ON e.run_id = o.run_id AND e.key = o.key
            WHERE o.run_id = ?1 AND o.reason = ?2 ORDER BY o.key LIMIT ?3)sql",
          "ISBN ", report.rejections);
  explain(d1, run_id, R"sql(
            SELECT m.value, count(*), '' FROM MigrationOutcomes AS o, json_each(o.marks) AS m
            WHERE o.run_id = ?1 GROUP BY m.value ORDER BY count(*) DESC, m.value)sql",
          R"sql(
            SELECT o.key, NULL, o.isbn FROM MigrationOutcomes AS o, json_each(o.marks) AS m
            WHERE o.run_id = ?1 AND m.value = ?2 ORDER BY o.key LIMIT ?3)sql",
          "is now ISBN ", report.alterations);
  const std::size_t kinds = report.alterations.size();
  // Keys whose record replaced another in its row, so that no replaced record stays unnamed.
  explain(d1, run_id, R"sql(
            SELECT 'updated', count(*), '' FROM MigrationOutcomes
            WHERE run_id = ?1 AND outcome = 'updated' GROUP BY outcome)sql",
          R"sql(
            SELECT o.key,
                   (SELECT 'the row was written for ' || group_concat(other.key, ', ') || ' too'
                    FROM MigrationOutcomes AS other
                    WHERE other.run_id = o.run_id AND other.isbn = o.isbn AND other.key <> o.key
                      AND other.outcome IN ('inserted', 'updated', 'unchanged')),
                   o.isbn
            FROM MigrationOutcomes AS o
            WHERE o.run_id = ?1 AND o.outcome = ?2 ORDER BY o.key LIMIT ?3)sql",
          "is now ISBN ", report.alterations);

  // Every key that is no row has a reason, every reason has a meaning, and the rejected ones stand
  // in the table of errors.
  std::uint64_t explained = 0;
  std::string unknown;
  for (std::size_t i = before; i < report.rejections.size(); ++i) {
    explained += report.rejections[i].count;
    if (report.rejections[i].meaning.empty()) unknown += " " + report.rejections[i].reason;
  }
  for (const auto& group : report.alterations) {
    if (group.meaning.empty()) unknown += " " + group.reason;
  }
  const ResultSet counts = read(d1, R"sql(
      SELECT (SELECT count(*) FROM MigrationOutcomes
              WHERE run_id = ?1 AND outcome NOT IN ('inserted', 'updated', 'unchanged')),
             (SELECT count(*) FROM MigrationOutcomes
              WHERE run_id = ?1 AND outcome IN ('rejected', 'failed')),
             (SELECT count(*) FROM MigrationErrors WHERE run_id = ?1))sql",
                                {run_id});
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
