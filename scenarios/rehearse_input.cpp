// Steps of verify: the dump comes in, and stock is taken of it.

#include <set>

#include "adapters/dump/dump_reader.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

constexpr std::size_t examples_in_a_sentence = 3;

void leave_out_of_dump(Rehearsal& rehearsal, reports::Finding finding, std::string_view meaning) {
  rehearsal.list({finding.key, "dump", finding.reason, finding.detail});
  reports::add_finding(rehearsal.report.rejections, std::move(finding), meaning);
}

}  // namespace

bool load_dump(Rehearsal& rehearsal, std::string& error) {
  StepRecord step(rehearsal, "read the dump");
  const VerifyOptions& options = rehearsal.options;
  auto opened = dump::DumpReader::open(options.dump, options.at_seconds);
  if (!opened) {
    error = opened.error();
    return false;
  }
  dump::DumpReader& reader = **opened;
  std::set<std::string, std::less<>> keys;
  std::int64_t repeated = 0;
  std::int64_t expired = 0;
  while (auto next = reader.next()) {
    if (auto* problem = std::get_if<dump::Problem>(&*next)) {
      leave_out_of_dump(rehearsal,
                        {problem->key, "unusable_record", problem->where + ": " + problem->reason},
                        "this record of the dump could not be read and was left out");
      continue;
    }
    auto& record = std::get<KvRecord>(*next);
    if (!keys.insert(record.key).second) {
      repeated += 1;
      leave_out_of_dump(rehearsal, {record.key, "repeated_key", reader.where()},
                        "the key stands twice in the dump; the last one counts");
    }
    if (record.expiration && *record.expiration <= options.at_seconds) {
      expired += 1;
      leave_out_of_dump(rehearsal, {record.key, "expired_before_rehearsal", reader.where()},
                        "it expired before the rehearsal's date (--at changes the date)");
    }
    if (reader.records() % 1000 == 0) {
      rehearsal.progress.went_on(static_cast<std::int64_t>(reader.bytes_read()),
                                 static_cast<std::int64_t>(reader.file_bytes()));
    }
    rehearsal.records.push_back(std::move(record));
  }
  if (!reader.cut_off().empty()) {
    error = options.dump + ": " + reader.cut_off() + " Nothing was judged.";
    return false;
  }
  rehearsal.distinct_keys = static_cast<std::int64_t>(keys.size());
  rehearsal.report.inputs.push_back(
      {"dump", options.dump, reader.sha256(), reader.file_bytes(), reader.records()});
  rehearsal.world = rehearsal.new_world(rehearsal.no_faults, rehearsal.world_options);

  const auto problems = static_cast<std::int64_t>(reader.problems());
  const std::string what = with_commas(static_cast<std::int64_t>(reader.records())) + " records, " +
                           with_commas(rehearsal.distinct_keys) + " keys; " +
                           with_commas(problems) + " unusable, " + with_commas(repeated) +
                           " repeated, " + with_commas(expired) + " already expired";
  rehearsal.show("R8.13", true, what, step.name());
  step.end(true, what);
  return true;
}

bool take_stock(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "take stock");
  World& world = *rehearsal.world;
  const MigrationPlan plan = rehearsal.migration_plan();
  std::string failed;
  world.invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    auto taken = migrate::take_inventory(isolate.kv, isolate.runtime, isolate.telemetry,
                                         plan.options.read, 10);
    if (taken) {
      rehearsal.inventory = std::move(*taken);
    } else {
      failed = describe(taken.error());
    }
  });
  if (!rehearsal.inventory) {
    step.end(false, "the source cannot be listed: " + failed);
    return false;
  }
  const migrate::Inventory& inventory = *rehearsal.inventory;
  const std::string why_not = migrate::why_not_to_start(inventory, plan.options.read);
  if (!why_not.empty()) {
    rehearsal.report.headline = why_not;
    rehearsal.show("R2.10", false, why_not, step.name());
    step.end(false, why_not);
    return false;
  }
  std::string what = with_commas(inventory.to_migrate) + " of " + with_commas(inventory.keys) +
                     " keys are to be migrated:";
  std::size_t shown = 0;
  for (const auto& [prefix, count] : inventory.prefixes) {
    if (++shown > examples_in_a_sentence) break;
    what += (shown > 1 ? ", " : " ") + with_commas(count.keys) + " x " + prefix +
            (count.migrated ? "" : " (left alone)");
  }
  std::int64_t rows = 0;
  for (const auto& sample : inventory.sample) rows += sample.result == "row" ? 1 : 0;
  what += "; of " + std::to_string(inventory.sample.size()) + " sampled values " +
          std::to_string(rows) + " make a row";
  rehearsal.show("R2.10", true, "before: " + what, step.name());
  step.end(true, what);
  return true;
}

}  // namespace cutover::scenarios
