// A comparison for people and for machines.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/comparison.h"
#include "reports/figures.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

using Json = nlohmann::ordered_json;

std::string plain(std::string_view text) {
  return visible(clipped(text, 200));
}

std::string verdict_text(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(name_of(*verdict)) : "not there";
}

Json verdict_json(const std::optional<Verdict>& verdict) {
  return verdict ? Json(name_of(*verdict)) : Json(nullptr);
}

std::string figure_line(const FigureChange& one) {
  const std::string unit = one.unit.empty() ? "" : " " + plain(one.unit);
  std::string line =
      fmt::format("  {:<7}{}: {:.6g}{} -> {:.6g}{}",
                  one.beyond_noise && one.change == Change::same ? "differs" : name_of(one.change),
                  " " + plain(one.what), one.before, unit, one.after, unit);
  if (one.percent) line += fmt::format(" ({:+.1f} %)", *one.percent);
  return line + "\n";
}

std::string keys_text(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += " " + plain(key);
  return text;
}

void add_figures(std::string& out, const Comparison& comparison) {
  std::size_t within = 0;
  out += fmt::format("figures that differ by more than the noise of {:g} %:\n",
                     comparison.noise_percent);
  for (const FigureChange& one : comparison.figures) {
    if (one.beyond_noise) {
      out += figure_line(one);
    } else {
      ++within;
    }
  }
  out += fmt::format("  {} of {} are within the noise\n", within, comparison.figures.size());
}

void add_findings(std::string& out, const Comparison& comparison) {
  out += comparison.findings.empty() ? "rejected and altered keys: the same\n"
                                     : "rejected and altered keys:\n";
  for (const FindingChange& one : comparison.findings) {
    out += fmt::format("  {} {}: {} -> {}\n", one.list, plain(one.reason), count_text(one.before),
                       count_text(one.after));
    const char* among = one.all_keys ? "" : " (among those that the reports keep)";
    if (!one.new_keys.empty()) out += fmt::format("    new{}:{}\n", among, keys_text(one.new_keys));
    if (!one.gone_keys.empty()) {
      out += fmt::format("    gone{}:{}\n", among, keys_text(one.gone_keys));
    }
  }
}

}  // namespace

std::string to_text(const Comparison& comparison) {
  std::string out = "verdicts:\n";
  for (const VerdictChange& one : comparison.verdicts) {
    out += fmt::format("  {:<7} {}: {} -> {}\n", name_of(one.change), plain(one.what),
                       verdict_text(one.before), verdict_text(one.after));
  }
  add_figures(out, comparison);
  add_findings(out, comparison);
  out += got_worse(comparison) ? "a verdict got worse\n" : "no verdict got worse\n";
  return out;
}

std::string to_json(const Comparison& comparison) {
  Json verdicts = Json::array();
  for (const VerdictChange& one : comparison.verdicts) {
    verdicts.push_back({{"what", one.what},
                        {"before", verdict_json(one.before)},
                        {"after", verdict_json(one.after)},
                        {"change", name_of(one.change)}});
  }
  Json figures = Json::array();
  for (const FigureChange& one : comparison.figures) {
    figures.push_back({{"what", one.what},
                       {"unit", one.unit},
                       {"before", one.before},
                       {"after", one.after},
                       {"percent", one.percent ? Json(*one.percent) : Json(nullptr)},
                       {"beyond_noise", one.beyond_noise},
                       {"change", name_of(one.change)}});
  }
  Json findings = Json::array();
  for (const FindingChange& one : comparison.findings) {
    findings.push_back({{"list", one.list},
                        {"reason", one.reason},
                        {"before", one.before},
                        {"after", one.after},
                        {"new_keys", one.new_keys},
                        {"gone_keys", one.gone_keys},
                        {"all_keys", one.all_keys}});
  }
  const Json document = {{"got_worse", got_worse(comparison)},
                         {"noise_percent", comparison.noise_percent},
                         {"verdicts", verdicts},
                         {"figures", figures},
                         {"findings", findings}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cutover::reports
