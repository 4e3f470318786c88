#include <utility>
#include <vector>

#include "fakes/cloudflare/d1_handlers.h"
#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/sql_split.h"
#include "fakes/cloudflare/transfers.h"

namespace cutover::simulate {
namespace {

constexpr Duration poll_within = std::chrono::seconds(60);  // else an export is cancelled
constexpr Duration poll_time = std::chrono::seconds(5);     // a poll waits so long for news
constexpr std::size_t names_max = 1000;

Json report(const D1Job& job, const char* status, const std::string& message) {
  Json shown;
  shown["success"] = true;
  shown["type"] = job.is_import ? "import" : "export";
  shown["at_bookmark"] = job.bookmark;
  shown["status"] = status;
  shown["messages"] = Json::array({message});
  return shown;
}

Json refused(const char* type, const std::string& error) {
  return {{"success", false},
          {"type", type},
          {"status", "error"},
          {"error", error},
          {"errors", Json::array({error})},
          {"messages", Json::array()}};
}

Checked<fakes::DumpOptions> dump_options(const Json& body) {
  fakes::DumpOptions options;
  const Json given = body.value("dump_options", Json());
  if (given.is_null()) return options;
  const auto invalid = [](const char* what) {
    return tl::unexpected(ApiError{400, 7400, std::string("dump_options") + what});
  };
  if (!given.is_object()) return invalid(": must be an object");
  if (auto unknown = only_members(given, {"tables", "no_data", "no_schema"})) {
    return tl::unexpected(ApiError{400, 7400, "dump_options." + unknown->message});
  }
  for (const auto& [name, flag] :
       {std::pair{"no_data", &options.with_data}, std::pair{"no_schema", &options.with_schema}}) {
    const Json value = given.value(name, Json(false));
    if (!value.is_boolean()) return invalid(": no_data and no_schema must be true or false");
    *flag = !value.get<bool>();
  }
  const Json tables = given.value("tables", Json::array());
  if (!tables.is_array() || tables.size() > names_max) return invalid(".tables: must be a list");
  for (const Json& table : tables) {
    if (!table.is_string()) return invalid(".tables: must be a list of names");
    options.tables.insert(table.get<std::string>());
  }
  return options;
}

void stop(D1Database& database) {
  database.job->running = false;
  database.service->set_export_running(false);
}

bool has_virtual_tables(D1Database& database) {
  const auto found = database.service->connection().run(
      {"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage = 0", {}});
  return !found || !found->rows.empty();
}

Answer start_export(Cloud& cloud, D1Database& database, const std::string& id,
                    const fakes::DumpOptions& options) {
  if (has_virtual_tables(database)) {
    return success(refused("export", "cannot export databases with Virtual Tables (fts5)"));
  }
  return call_d1(
      cloud, database, "d1.export", "", Duration{0},
      [&]() -> Outcome<std::string> { return database.service->dump(options); },
      [&](Outcome<std::string>& text) -> Answer {
        D1Job job;
        job.running = true;
        job.bookmark = database.service->bookmark();
        job.filename = keep_transfer(cloud, {id, {}, std::move(*text), false, true, {}});
        job.polled = cloud.now();
        database.job = std::move(job);
        database.service->set_export_running(true);
        return success(report(*database.job, "active", "Generating the SQL text"));
      });
}

struct Import {
  std::string action;
  std::string etag;
  std::string filename;
  std::string bookmark;
};

Checked<Import> import_of(const api::HttpRequest& request) {
  const auto body = parse_object(request.body);
  if (!body) return tl::unexpected(body.error());
  Import import;
  const auto take = [&](const char* name, std::string& out) -> std::optional<ApiError> {
    auto text = text_member(*body, name, 256);
    if (!text) return ApiError{400, 7400, text.error().message};
    out = std::move(*text);
    return std::nullopt;
  };
  if (auto error = take("action", import.action)) return tl::unexpected(*error);
  if (import.action == "init" || import.action == "ingest") {
    if (auto error = take("etag", import.etag)) return tl::unexpected(*error);
  }
  if (import.action == "ingest") {
    if (auto error = take("filename", import.filename)) return tl::unexpected(*error);
  }
  if (import.action == "poll") {
    if (auto error = take("current_bookmark", import.bookmark)) return tl::unexpected(*error);
  }
  return import;
}

std::string outcome_text(D1Database& database, const std::vector<ResultSet>& results,
                         Duration work) {
  ResultMeta sum;
  for (const ResultSet& result : results) {
    sum.rows_read += result.meta.rows_read;
    sum.rows_written += result.meta.rows_written;
    sum.changes += result.meta.changes;
    sum.last_row_id = result.meta.last_row_id;
  }
  const double milliseconds = std::chrono::duration<double, std::milli>(work).count();
  return text_of({{"num_queries", results.size()},
                  {"final_bookmark", database.service->bookmark()},
                  {"meta",
                   {{"served_by", "cutover-simulate"},
                    {"duration", milliseconds},
                    {"changes", sum.changes},
                    {"last_row_id", sum.last_row_id},
                    {"changed_db", true},
                    {"size_after", database.service->size_bytes()},
                    {"rows_read", sum.rows_read},
                    {"rows_written", sum.rows_written}}}});
}

// The file is in at once; the database stays blocked for as long as the work would have taken.
Answer ingest(Cloud& cloud, D1Database& database, const std::string& id, const Import& import) {
  const auto file = cloud.transfers.find(import.filename);
  const bool ready = file != cloud.transfers.end() && file->second.uploaded &&
                     file->second.is_upload && file->second.database == id &&
                     file->second.etag == import.etag;
  if (!ready) return success(refused("import", "There is no uploaded file of that name and etag"));
  std::vector<Statement> statements;
  for (const std::string_view piece : split_sql(file->second.bytes)) {
    statements.push_back({piece, {}});
  }
  const Duration work = database.service->time_of(statements);
  cloud.keep_minute(database);
  const auto run = [&] { return database.service->import(statements); };
  const auto outcome = [&](Outcome<std::vector<ResultSet>>& results) -> Answer {
    D1Job job;
    job.is_import = true;
    job.running = true;
    job.filename = import.filename;
    job.result = outcome_text(database, *results, work);
    job.bookmark = database.service->bookmark();
    job.ends = cloud.now() + work;
    job.polled = cloud.now();
    database.job = std::move(job);
    database.service->set_import_running(true);
    return success(report(*database.job, "active", "Processing the file"));
  };
  Answer answer = call_d1(cloud, database, "d1.import", "", Duration{0}, run, outcome);
  // SQL that fails is the import's result, not a failure of the API.
  if (answer && answer->status == 400) {
    const auto body = parse_json(answer->body);
    return success(refused("import", (*body)["errors"][0]["message"].get<std::string>()));
  }
  return answer;
}

Answer poll_import(Cloud& cloud, D1Database& database, const std::string& bookmark) {
  if (!database.job || !database.job->is_import || database.job->bookmark != bookmark) {
    return success(refused("import", "Not currently importing anything"));
  }
  D1Job& job = *database.job;
  if (job.running) cloud.advance(std::min(job.ends - cloud.now(), poll_time));
  end_old_job(cloud, database);
  if (job.running) return success(report(job, "active", "Processing the file"));
  Json done = report(job, "complete", "Finished processing");
  done["result"] = *parse_json(job.result);
  return success(done);
}

}  // namespace

void end_old_job(Cloud& cloud, D1Database& database) {
  if (!database.job || !database.job->running) return;
  const bool is_over = database.job->is_import ? cloud.now() >= database.job->ends
                                               : cloud.now() - database.job->polled > poll_within;
  if (!is_over) return;
  if (!database.job->is_import) cloud.transfers.erase(database.job->filename);
  stop(database);
}

Answer export_database(Desk& desk, const Asked& asked) {
  const auto body = parse_object(asked.http.body);
  if (!body) return failure(body.error());
  if (body->value("output_format", Json()) != "polling") {
    return failure({400, 7400, "output_format: must be polling"});
  }
  const auto options = dump_options(*body);
  if (!options) return failure(options.error());
  const Json bookmark = body->value("current_bookmark", Json());
  return visit_database(desk, asked, [&](Cloud& cloud, D1Database& database) -> Answer {
    const bool running = database.job && database.job->running && !database.job->is_import;
    if (!running && bookmark.is_null()) {
      return start_export(cloud, database, asked.parts.at(1), *options);
    }
    if (!running || (!bookmark.is_null() && bookmark != database.job->bookmark)) {
      return success(refused("export", "Not currently exporting anything"));
    }
    database.job->polled = cloud.now();
    if (bookmark.is_null()) {
      return success(report(*database.job, "active", "An export is under way"));
    }
    Json done = report(*database.job, "complete", "Finished exporting");
    done["result"] = {{"filename", database.job->filename},
                      {"signed_url", transfer_address(desk, asked.http, database.job->filename)}};
    stop(database);
    return success(done);
  });
}

Answer import_database(Desk& desk, const Asked& asked) {
  const auto import = import_of(asked.http);
  if (!import) return failure(import.error());
  return visit_database(desk, asked, [&](Cloud& cloud, D1Database& database) -> Answer {
    if (import->action == "init") {
      std::string filename =
          keep_transfer(cloud, {asked.parts.at(1), import->etag, {}, true, false, {}});
      return success({{"success", true},
                      {"type", "import"},
                      {"filename", filename},
                      {"upload_url", transfer_address(desk, asked.http, filename)},
                      {"messages", Json::array()}});
    }
    if (import->action == "ingest") {
      return ingest(cloud, database, asked.parts.at(1), *import);
    }
    if (import->action == "poll") return poll_import(cloud, database, import->bookmark);
    return failure({400, 7400, "action: must be init, ingest or poll"});
  });
}

}  // namespace cutover::simulate
