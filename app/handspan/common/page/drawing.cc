#include "handspan/common/page/drawing.h"

#include "handspan/common/page/html.h"
#include "record/names.h"
#include "render/facts.h"
#include "render/units.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace handspan::app {
namespace {

constexpr double kWide = 720, kRow = 26, kLabel = 240;
constexpr const char *kColours[] = {"var(--a)", "var(--b)", "var(--c)", "var(--d)", "var(--dim)"};

std::string number(double value) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}
std::string in_words(double seconds) {
  return render::duration(static_cast<base::Nanos>(std::llround(seconds * 1e9)));
}

std::string svg(double height, const std::string &title, const std::string &content) {
  return "<svg role=\"img\" viewBox=\"0 0 " + number(kWide) + ' ' + number(height) + "\" width=\"" +
         number(kWide) + "\" height=\"" + number(height) + "\" aria-label=\"" + html(title) +
         "\">" + content + "</svg>\n";
}
std::string box(double x, double y, double width, double height, const char *colour,
                const std::string &title) {
  return "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" +
         number(std::max(width, 1.0)) + "\" height=\"" + number(height) + "\" rx=\"2\" fill=\"" +
         colour + "\"><title>" + html(title) + "</title></rect>";
}
std::string text(double x, double y, const std::string &words, const char *anchor = "start",
                 bool dim = false) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\"" +
         (dim ? " class=\"dim\"" : "") + ">" + html(words) + "</text>";
}
std::string line(double x1, double y1, double x2, double y2, const char *colour,
                 bool arrow = false) {
  std::string out = "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
                    "\" y2=\"" + number(y2) + "\" stroke=\"" + colour + "\" stroke-width=\"1.5\"/>";
  if (arrow) {
    const double back = x2 > x1 ? -7 : 7;
    out += "<path d=\"M" + number(x2) + ' ' + number(y2) + " l" + number(back) +
           " -4 l0 8 z\" fill=\"" + colour + "\"/>";
  }
  return out;
}

} // namespace

std::string draw_spreads(const std::vector<Spread> &spreads) {
  double least = 1e9, most = 0;
  for (const Spread &one : spreads) {
    least = std::min(least, std::max(one.least, 1e-6));
    most = std::max(most, one.p99);
  }
  if (spreads.empty() || most <= 0)
    return {};
  const double low = std::floor(std::log10(least)), high = std::ceil(std::log10(most) + 1e-9);
  const double span = std::max(high - low, 1.0);
  const auto place = [&](double seconds) {
    return kLabel + (kWide - kLabel - 40) * (std::log10(std::max(seconds, 1e-6)) - low) / span;
  };
  const double height = kRow * static_cast<double>(spreads.size()) + 24;
  std::string out;
  for (int decade = 0; decade <= static_cast<int>(span); ++decade) {
    const double seconds = std::pow(10, low + decade), x = place(seconds);
    out += line(x, 0, x, height - 18, "var(--line)");
    out += text(x, height - 4, in_words(seconds), "middle", true);
  }
  double y = 4;
  for (const Spread &one : spreads) {
    const double from = place(one.least), to = place(one.p99);
    out += text(0, y + 13, one.name);
    out += box(from, y, to - from, 18, "var(--a)", one.name + ": p99 " + in_words(one.p99));
    out += box(place(one.p50) - 1, y - 2, 3, 22, "var(--ink)", "p50 " + in_words(one.p50));
    y += kRow;
  }
  return svg(height, "p50, p99", out);
}

std::string draw_shares(const std::vector<std::pair<std::string, std::uint64_t>> &shares) {
  std::uint64_t all = 0;
  for (const auto &[name, count] : shares)
    all += count;
  if (all == 0)
    return {};
  std::string out, title;
  double x = 0, key = 0;
  std::size_t colour = 0;
  for (const auto &[name, count] : shares) {
    if (count == 0)
      continue;
    const double width = kWide * static_cast<double>(count) / static_cast<double>(all);
    const std::string words = name + ' ' + render::grouped(count);
    const char *const shade = kColours[colour++ % std::size(kColours)];
    out += box(x, 0, width, 20, shade, words);
    out += box(key, 30, 10, 10, shade, words) + text(key + 14, 39, words);
    key += 30 + 8.0 * static_cast<double>(words.size());
    x += width;
    title += (title.empty() ? "" : ", ") + words;
  }
  return svg(46, title, out);
}

std::string draw_waterfall(const record::Record &record, render::Language language) {
  const auto whole = static_cast<double>(base::forward(record.first, record.last));
  std::string out, title;
  double y = 2;
  for (const record::Phase phase : render::phases_in_order(record)) {
    const record::PhaseSpan &span = record.phases[static_cast<std::size_t>(phase)];
    const auto at = static_cast<double>(base::forward(record.first, span.start));
    const auto length = static_cast<double>(base::forward(span.start, span.end));
    const double scale = whole > 0 ? (kWide - kLabel) / whole : 0;
    const std::string words =
        std::string(render::text(phase, language)) + ' ' +
        render::duration(static_cast<base::Nanos>(base::forward(span.start, span.end)));
    out += text(0, y + 13, words);
    out += box(kLabel + at * scale, y, length * scale, 18,
               kColours[static_cast<std::size_t>(phase) % std::size(kColours)], words);
    title += (title.empty() ? "" : ", ") + words;
    y += kRow;
  }
  return out.empty() ? out : svg(y, title, out);
}

std::string draw_ladder(const record::Record &record, render::Language language) {
  using base::Side;
  struct Arrow {
    record::Nanos at;
    Side from;
    std::string label;
    bool bad = false;
  };
  std::vector<Arrow> arrows;
  const auto add = [&](record::Nanos at, Side from, std::string label, bool bad = false) {
    if (at != record::kNever)
      arrows.push_back({at, from, std::move(label), bad});
  };
  const record::Tcp &tcp = record.tcp;
  add(tcp.syn, Side::client, "SYN");
  add(tcp.syn_ack, Side::server, "SYN-ACK");
  add(tcp.ack, Side::client, "ACK");
  for (const record::Message &message : record.tls.messages)
    add(message.time, message.from,
        std::string(record::message_name(message.content, message.type, message.encrypted)));
  for (const record::Alert &alert : record.tls.alerts)
    add(alert.time, alert.from,
        alert.encrypted ? "alert" : "alert " + std::string(record::alert_name(alert.code)),
        !record::is_goodbye(alert) && !alert.encrypted);
  if (tcp.has_first_close) {
    const bool reset = tcp.teardown == record::Teardown::rst_client ||
                       tcp.teardown == record::Teardown::rst_server;
    add(tcp.close, tcp.first_close, reset ? "RST" : "FIN", reset);
  }
  std::stable_sort(arrows.begin(), arrows.end(),
                   [](const Arrow &a, const Arrow &b) { return a.at < b.at; });
  constexpr double kLeft = 110, kRight = kWide - 20, kStep = 24;
  const double height = 34 + kStep * static_cast<double>(arrows.size());
  std::string out = text(kLeft, 14, std::string(render::text(Side::client, language)), "middle") +
                    text(kRight, 14, std::string(render::text(Side::server, language)), "end") +
                    line(kLeft, 20, kLeft, height, "var(--line)") +
                    line(kRight, 20, kRight, height, "var(--line)");
  std::string title;
  double y = 42;
  for (const Arrow &arrow : arrows) {
    const bool right = arrow.from == Side::client;
    const char *const colour = arrow.bad ? "var(--bad)" : right ? "var(--a)" : "var(--c)";
    out += text(kLeft - 12, y + 4,
                render::duration(static_cast<base::Nanos>(base::forward(record.first, arrow.at))),
                "end", true);
    out += line(right ? kLeft : kRight, y, right ? kRight : kLeft, y, colour, true);
    out += text((kLeft + kRight) / 2, y - 4, arrow.label, "middle");
    title += (title.empty() ? "" : ", ") + arrow.label;
    y += kStep;
  }
  return arrows.empty() ? std::string() : svg(height, title, out);
}

} // namespace handspan::app
