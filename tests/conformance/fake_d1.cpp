#include "tests/conformance/fake_d1.h"

#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/ports/check.h"

namespace cutover::conformance {
namespace {

fakes::D1Service::Options timeless(const sim::VirtualTimeVfs& vfs) {
  fakes::D1Service::Options options;
  options.vfs = vfs.name();
  options.network_latency = options.read_time = options.write_time = Duration{0};
  options.kibibyte_time = Duration{0};
  return options;
}

double special_number(const std::string& name) {
  if (name == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (name == "Infinity") return std::numeric_limits<double>::infinity();
  if (name == "-Infinity") return -std::numeric_limits<double>::infinity();
  CUTOVER_CHECK(name == "-0", "JSON can say the others");
  return -0.0;
}

SqlValue bound(const Json& value) {
  if (value.is_null()) return std::monostate{};
  if (value.is_boolean()) return std::int64_t{value.get<bool>() ? 1 : 0};
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  if (value.is_object() && value.contains("number")) return special_number(value.at("number"));
  if (value.is_object() && value.contains("hex")) return Blob{bytes_of(value)};
  return bytes_of(value);
}

Json answered(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return answered_text(*text);
  if (const auto* blob = std::get_if<Blob>(&value)) return answered_bytes(blob->bytes);
  return nullptr;
}

// As an object, in which the last of several columns of one name wins.
Json object_of(const std::vector<std::string>& columns, const SqlRow& row) {
  Json object = Json::object();
  for (std::size_t i = 0; i < columns.size(); ++i) object[columns[i]] = answered(row[i]);
  return object;
}

Json answer_of(const ResultSet& result) {
  Json rows = Json::array();
  for (const SqlRow& row : result.rows) rows.push_back(object_of(result.columns, row));
  const ResultMeta& meta = result.meta;
  return {{"rows", std::move(rows)},
          {"meta",
           {{"changes", meta.changes},
            {"last_row_id", meta.last_row_id},
            {"rows_read", meta.rows_read},
            {"rows_written", meta.rows_written}}}};
}

Json raw_answer_of(const ResultSet& result) {
  Json rows = Json::array();
  for (const SqlRow& row : result.rows) {
    Json values = Json::array();
    for (const SqlValue& value : row) values.push_back(answered(value));
    rows.push_back(std::move(values));
  }
  return {{"columns", result.columns}, {"rows", std::move(rows)}};
}

// The texts of a batch, and statements that borrow them.
struct Statements {
  std::vector<std::string> texts;
  std::vector<Statement> all;

  explicit Statements(const Json& operations) {
    for (const Json& one : operations) texts.push_back(bytes_of(one.at("sql")));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      Statement statement{texts[i], {}};
      for (const Json& value : operations[i].value("bind", Json::array())) {
        statement.params.push_back(bound(value));
      }
      all.push_back(std::move(statement));
    }
  }
};

}  // namespace

FakeD1::FakeD1()
    : scheduler_(sim::Scheduler::Options{}),
      vfs_(scheduler_),
      gate_(scheduler_, plan_),
      service_(scheduler_, timeless(vfs_)),
      process_(scheduler_.start_process("worker")),
      client_(service_, gate_, process_) {}

void FakeD1::with_database(const std::function<void(Database&)>& body) {
  scheduler_.spawn(process_, "operation", [&] { body(client_); });
  scheduler_.run();
}

Json FakeD1::answer(const Json& operation) {
  const std::string name = operation.at("op");
  Json answered;
  with_database([&](Database&) {
    if (name == "query") {
      answered = query(operation);
    } else if (name == "batch") {
      answered = batch(operation);
    } else {
      CUTOVER_CHECK(name == "exec", "D1 has no other operation");
      answered = exec(operation);
    }
  });
  return with_javascript_numbers(std::move(answered));
}

Json FakeD1::query(const Json& operation) {
  const Statements statements(Json::array({operation}));
  const auto result = client_.query(statements.all.front());
  if (!result) return answered_failure(result.error());
  const std::string as = operation.at("as");
  if (as == "raw") return raw_answer_of(*result);
  if (as != "first") return answer_of(*result);
  return {
      {"row", result->rows.empty() ? Json() : object_of(result->columns, result->rows.front())}};
}

Json FakeD1::batch(const Json& operation) {
  const Statements statements(operation.at("statements"));
  const auto results = client_.batch(statements.all);
  if (!results) return answered_failure(results.error());
  Json answers = Json::array();
  for (const ResultSet& result : *results) answers.push_back(answer_of(result));
  return {{"results", std::move(answers)}};
}

// The binding sends each line as a statement of one batch, and names the first when one fails.
Json FakeD1::exec(const Json& operation) {
  std::vector<std::string> lines;
  std::string rest = bytes_of(operation.at("text"));
  while (true) {
    const std::size_t end = rest.find('\n');
    lines.push_back(rest.substr(0, end));
    if (end == std::string::npos) break;
    rest.erase(0, end + 1);
  }
  Json statements = Json::array();
  for (const std::string& line : lines) statements.push_back({{"sql", line}});
  const Json answered = batch({{"statements", statements}});
  if (!answered.contains("error")) return {{"count", answered.at("results").size()}};
  const std::string error = answered.at("error");
  const std::string prefix = "D1_ERROR: ";
  CUTOVER_CHECK(error.starts_with(prefix), "every failure of D1 begins so");
  return {{"error", "D1_EXEC_ERROR: Error in line 1: " + lines.front() + ": " +
                        error.substr(prefix.size())}};
}

}  // namespace cutover::conformance
