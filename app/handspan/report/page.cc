#include "handspan/report/page.h"

#include "common/version.h"
#include "handspan/common/page/drawing.h"
#include "handspan/common/page/html.h"
#include "handspan/common/page/one_connection.h"
#include "handspan/common/page/words.h"
#include "render/facts.h"
#include "render/summary.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <string>

namespace handspan::app {
namespace {

using Json = nlohmann::ordered_json;

std::string in_words(double seconds) {
  return render::duration(static_cast<base::Nanos>(std::llround(seconds * 1e9)));
}

class Page {
public:
  Page(Gathered &gathered, render::Language language)
      : of_(gathered), language_(language), json_(of_.json()), data_(Json::parse(json_)) {}

  std::string whole() {
    verdict();
    endings();
    failures();
    latencies();
    connections(Word::failed_ones, of_.failed);
    connections(Word::slow_ones, of_.slow);
    names("versions", Word::versions, "connections");
    names("suites", Word::suites, "connections");
    names("groups", Word::groups, "chosen");
    certificates();
    missed();
    out_ += "<p class=\"dim\">" + say(Word::made, {{"version", kVersion}}) +
            (of_.rate > 1 ? " " + say(Word::sampled, {{"n", render::grouped(of_.rate)}}) : "") +
            (of_.anonymous() ? " " + say(Word::anonymised) : "") + "</p>\n";
    return html_page(word(Word::title, language_), out_, json_, language_);
  }

private:
  std::string say(Word id, std::initializer_list<render::Filling> fillings = {}) {
    return html(word(id, language_, fillings));
  }
  void heading(Word id) { out_ += "<h2>" + say(id) + "</h2>\n"; }
  void head(std::initializer_list<std::pair<Word, bool>> columns) {
    out_ += "<div class=\"scroll\"><table>\n<thead><tr>";
    for (const auto &[id, is_number] : columns)
      out_ += std::string(is_number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">") +
              say(id) + "</th>";
    out_ += "</tr></thead>\n<tbody>\n";
  }
  void foot() { out_ += "</tbody></table></div>\n"; }
  void cell(const std::string &content, const char *kind = "w") {
    out_ += "<td class=\"" + std::string(kind) + "\">" + content + "</td>";
  }
  // A number of the data, shown with its place there.
  std::string count(const std::string &path) {
    return figure(path, render::grouped(at(path).get<std::uint64_t>()));
  }
  std::string span(const std::string &path) {
    return figure(path, in_words(at(path).get<double>()));
  }
  const Json &at(const std::string &path) {
    const Json *place = &data_;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('.', begin), path.size());
      const std::string key = path.substr(begin, end - begin);
      place = place->is_array() ? &place->at(std::stoul(key)) : &place->at(key);
      begin = end + 1;
    }
    return *place;
  }

  const Json *timing(const std::string &name) {
    for (const Json &one : data_["latency"]["timings"])
      if (one["timing"] == name && one["count"].get<std::uint64_t>() > 0)
        return &one;
    return nullptr;
  }

  // Three sentences.
  void verdict() {
    out_ += "<p class=\"verdict\">";
    if (of_.connections == 0) {
      out_ += say(Word::no_connections) + "</p>\n";
      return;
    }
    const std::uint64_t failed = of_.outcomes[static_cast<std::size_t>(record::Outcome::failed)];
    out_ +=
        say(of_.by_minutes() ? Word::all_in_all_kept : Word::all_in_all,
            {{"n", render::grouped(of_.connections)},
             {"from", render::date_time(of_.first).substr(0, 19)},
             {"until", render::date_time(of_.last).substr(0, 19)},
             {"failed", render::grouped(failed)},
             {"share", render::percent(failed, of_.connections)},
             {"recovered", render::grouped(data_["failures"]["recovered"].get<std::uint64_t>())}});
    const Json &rows = data_["failures"]["failures"];
    out_ += ' ' + (rows.empty() ? say(Word::none_failed)
                                : say(Word::worst,
                                      {{"n", render::grouped(rows[0]["raw"].get<std::uint64_t>())},
                                       {"sentence", kind_of(rows[0])}}));
    const Json *const tls = timing("tls_total");
    out_ += ' ' + (tls == nullptr
                       ? say(Word::no_handshakes)
                       : say(Word::how_fast, {{"p50", in_words((*tls)["p50"].get<double>())},
                                              {"p99", in_words((*tls)["p99"].get<double>())}}));
    out_ += "</p>\n";
  }

  // The sentence of a connection that failed so; where none of those shown did, its words.
  std::string kind_of(const Json &row) {
    const std::string flow = row.value("flow_id", ""), file = row.value("file", "");
    for (const Gathered::Shown &one : of_.failed)
      if (one.file == file && record::unpack(one.packed, *record_) &&
          record::text(record_->id()) == flow)
        return render::summary(*record_, language_);
    return row.value("cause", "") + ", " + row.value("by", "") + ", " + row.value("step", "");
  }

  void endings() {
    heading(Word::phases);
    std::vector<std::pair<std::string, std::uint64_t>> shares;
    head({{Word::name, false}, {Word::count, true}});
    for (std::size_t i = 0; i < record::kOutcomes; ++i) {
      const auto outcome = static_cast<record::Outcome>(i);
      shares.emplace_back(render::text(outcome, language_), of_.outcomes[i]);
      out_ += "<tr>";
      cell(html(render::text(outcome, language_)));
      cell(count("outcomes." + std::string(name(outcome))), "n");
      out_ += "</tr>\n";
    }
    foot();
    out_ += "<figure>" + draw_shares(shares) + "</figure>\n";
  }

  void failures() {
    const Json &rows = data_["failures"]["failures"];
    if (rows.empty())
      return;
    heading(Word::failures);
    head({{Word::how_often, true},
          {Word::recovered, true},
          {Word::cause, false},
          {Word::by, false},
          {Word::where, false},
          {Word::sentence, false}});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string path = "failures.failures." + std::to_string(i) + '.';
      out_ += "<tr>";
      cell(count(path + "raw"), "n");
      cell(count(path + "recovered"), "n");
      for (const char *field : {"cause", "by", "server"})
        cell(html(rows[i].value(field, "")));
      cell(html(kind_of(rows[i])));
      out_ += "</tr>\n";
    }
    foot();
  }

  void latencies() {
    heading(Word::latencies);
    std::vector<Spread> spreads;
    const Json &rows = data_["latency"]["timings"];
    head({{Word::step, false}, {Word::count, true}, {Word::longest, true}});
    out_.insert(out_.rfind("<th scope=\"col\" class=\"n\">"),
                "<th scope=\"col\" class=\"n\">p50</th><th scope=\"col\" class=\"n\">p90</th>"
                "<th scope=\"col\" class=\"n\">p99</th>");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Json &row = rows[i];
      if (row["count"].get<std::uint64_t>() == 0)
        continue;
      const std::string path = "latency.timings." + std::to_string(i) + '.';
      const std::string name = row["timing"].get<std::string>();
      spreads.push_back({name, row["histogram"][0]["from"].get<double>(), row["p50"].get<double>(),
                         row["p99"].get<double>()});
      out_ += "<tr>";
      cell(html(name));
      cell(count(path + "count"), "n");
      for (const char *field : {"p50", "p90", "p99", "max"})
        cell(span(path + field), "n");
      out_ += "</tr>\n";
    }
    foot();
    if (!spreads.empty())
      out_ += "<figure><figcaption>" + say(Word::latency_note) + "</figcaption>" +
              draw_spreads(spreads) + "</figure>\n";
  }

  void connections(Word title, const std::vector<Gathered::Shown> &shown) {
    if (shown.empty())
      return;
    heading(title);
    for (const Gathered::Shown &one : shown) {
      if (!record::unpack(one.packed, *record_))
        continue;
      record_->retry = one.retry;
      out_ += "<details><summary>" + connection_line(*record_, one.number, language_) +
              "</summary><div>\n" + connection_details(*record_, language_) + "</div></details>\n";
    }
  }

  void names(const std::string &list, Word title, const std::string &field) {
    const Json &rows = data_["inventory"][list];
    if (rows.empty())
      return;
    heading(title);
    head({{Word::name, false}, {Word::connections, true}});
    const std::string places = "inventory." + list + '.';
    for (std::size_t i = 0; i < std::min(rows.size(), Gathered::kShown); ++i) {
      out_ += "<tr>";
      cell(html(rows[i]["name"].get<std::string>()));
      cell(count(std::string(places).append(std::to_string(i)).append(".").append(field)), "n");
      out_ += "</tr>\n";
    }
    foot();
    left_out(rows.size());
  }

  void certificates() {
    const Json &rows = data_["inventory"]["certificates"];
    if (rows.empty())
      return;
    heading(Word::certificates);
    head({{Word::subject, false},
          {Word::issuer, false},
          {Word::valid_until, false},
          {Word::key, false},
          {Word::connections, true}});
    for (std::size_t i = 0; i < std::min(rows.size(), Gathered::kShown); ++i) {
      const Json &row = rows[i];
      out_ += "<tr>";
      cell(html(row.value("subject", "")));
      cell(html(row.value("issuer", "")));
      cell(html(row.value("not_after", "").substr(0, 10)));
      cell(html(row.value("key_type", "") + ' ' + std::to_string(row.value("key_bits", 0))));
      cell(count("inventory.certificates." + std::to_string(i) + ".shown"), "n");
      out_ += "</tr>\n";
    }
    foot();
    left_out(rows.size());
  }

  void left_out(std::size_t rows) {
    if (rows > Gathered::kShown)
      out_ += "<p class=\"dim\">" +
              say(Word::left_out, {{"n", render::grouped(rows - Gathered::kShown)}}) + "</p>\n";
  }

  void missed() {
    heading(Word::missed);
    if (!of_.missed.any()) {
      out_ += "<p>" + say(Word::missed_nothing) + "</p>\n";
      return;
    }
    head({{Word::name, false}, {Word::connections, true}});
    for (const auto &[field, title] : std::initializer_list<std::pair<const char *, Word>>{
             {"one_sided", Word::missed_one_sided},
             {"capture_loss", Word::missed_capture_loss},
             {"truncated", Word::missed_truncated},
             {"probe_limit", Word::missed_probe_limit},
             {"midstream", Word::missed_midstream}}) {
      out_ += "<tr>";
      cell(say(title));
      cell(count(std::string("missed.") + field), "n");
      out_ += "</tr>\n";
    }
    foot();
  }

  Gathered &of_;
  render::Language language_;
  std::string json_;
  Json data_;
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
  std::string out_;
};

} // namespace

std::string report_page(Gathered &gathered, render::Language language) {
  return Page(gathered, language).whole();
}

} // namespace handspan::app
